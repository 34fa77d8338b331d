import type { Scope } from '../../core/arn.ts';
import type { Registry } from '../../core/ports/registry.ts';
import { changeEntry } from '../../core/registry/change-entry.ts';
import { removeUnder } from '../../core/registry/entries-under.ts';
import { invalidParameter, limitExceeded, noSuch } from './errors.ts';

/** What an account lets services log. Kept for clients to see: nobody is refused for lack of one. */
export interface ResourcePolicy {
  readonly name: string;
  readonly document: string;
  readonly updatedAtMs: number;
}

/** The policies of each account and region. */
export interface ResourcePolicies {
  /** By name. */
  list(scope: Scope): Promise<readonly ResourcePolicy[]>;
  /** Refuses when there are too many. */
  put(scope: Scope, policy: ResourcePolicy): Promise<void>;
  /** Refuses when there is none of that name. */
  remove(scope: Scope, name: string): Promise<void>;
  clear(): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_POLICIES = 10;
const POLICIES = 'logs/resource-policies/';
/** All of an account are one entry, so that of two that come at once none goes beyond what it may have. */
const keyOf = ({ account, region }: Scope) => `${POLICIES}${account}/${region}`;

/** Policies in a registry. */
export function createResourcePolicies(registry: Registry): ResourcePolicies {
  const change = (scope: Scope, decide: (current: readonly ResourcePolicy[]) => readonly ResourcePolicy[]) =>
    changeEntry<readonly ResourcePolicy[]>(registry, keyOf(scope), (current = []) => decide(current));
  return {
    list: async (scope) => (await registry.get<readonly ResourcePolicy[]>(keyOf(scope)))?.value ?? [],
    async put(scope, policy) {
      await change(scope, (current) => {
        const others = without(current, policy.name);
        if (others.length >= MAX_POLICIES) throw limitExceeded();
        return [...others, policy].sort((a, b) => (a.name < b.name ? -1 : 1));
      });
    },
    async remove(scope, name) {
      await change(scope, (current) => {
        const others = without(current, name);
        if (others.length === current.length) throw noSuch('resource policy');
        return others;
      });
    },
    clear: () => removeUnder(registry, POLICIES),
  };
}

const without = (policies: readonly ResourcePolicy[], name: string) => policies.filter((each) => each.name !== name);

type Members = Readonly<Record<string, unknown>>;

/** The order in which AWS gives back what a statement says, as recorded. */
const STATEMENT_MEMBERS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];
const OLDEST_VERSION = '2008-10-17';

/** A policy as AWS keeps it: with a version, its members in AWS's order, lists of one without the list. Recorded. */
export function normalisedPolicy(text: string): string {
  const { Version = OLDEST_VERSION, Id, Statement } = parse(text);
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (!statements.every(isObject)) throw malformed();
  return JSON.stringify({ Version, Id, Statement: statements.map(normalisedStatement) });
}

function normalisedStatement(statement: Members): Members {
  const members = STATEMENT_MEMBERS.flatMap((name) => (statement[name] === undefined ? [] : [[name, statement[name]]]));
  return Object.fromEntries(members.map(([name, value]) => [name, withoutLists(value)]));
}

function withoutLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? value[0] : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutLists(member)]));
}

function parse(text: string): Members {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed) && 'Statement' in parsed) return parsed;
  } catch {
    // Refused below.
  }
  throw malformed();
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = () => invalidParameter('The policy document is malformed.');
