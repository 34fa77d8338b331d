import { invalidParameter } from '../errors.ts';
import type { FilterScope } from './filter-scope.ts';

// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const MAX_BYTES = 256 * 1024;

type Members = Readonly<Record<string, unknown>>;

/** Refuses what is nested so deeply that it is too complex for that alone, before anything walks through it. */
export function checkDepth(policy: unknown): void {
  let level: readonly unknown[] = [policy];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_COMBINATIONS) throw tooComplex();
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
}

/** Refuses a policy that asks for more than AWS's matcher is given for one subscription. Its form was checked before. */
export function checkComplexity(policy: Members, scope: FilterScope): void {
  if (Buffer.byteLength(JSON.stringify(policy)) > MAX_BYTES) throw tooComplex();
  if (Object.keys(policy).length > MAX_KEYS) {
    throw invalidParameter(`FilterPolicy: Filter policy can not have more than ${MAX_KEYS} keys`);
  }
  if (scope === 'MessageAttributes' && Object.entries(policy).some(([name, value]) => isNested(name, value))) {
    throw invalidParameter('Filter policy scope MessageAttributes does not support nested filter policy');
  }
  if (combinations(policy, 1) > MAX_COMBINATIONS) throw tooComplex();
}

const tooComplex = () => invalidParameter('FilterPolicy: Filter policy is too complex');

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isNested(name: string, value: unknown): boolean {
  if (isObject(value)) return true;
  const isChoice = name === '$or' && Array.isArray(value) && value.length > 1;
  return isChoice && value.every(isObject) && value.some((choice) => Object.values(choice).some(isObject));
}

/** Each list counts as often as it has members, times the depth it stands in; alternatives add up. */
function combinations(policy: Members, depth: number): number {
  let product = 1;
  for (const [name, value] of Object.entries(policy)) {
    if (isObject(value)) product *= combinations(value, depth + 1);
    else if (Array.isArray(value)) product *= name === '$or' ? ofChoices(value, depth) : value.length * depth;
  }
  return product;
}

function ofChoices(choices: readonly unknown[], depth: number): number {
  return choices.reduce<number>((sum, choice) => sum + (isObject(choice) ? combinations(choice, depth) : depth), 0);
}
