import type { Shape, Value } from './scenario.ts';

// How a recording says "anything of that kind":
//   `<uuid:1>`           any value; the same placeholder stands for the same value all through the case
//   `<request-id>`       any value
//   `arn:…:<resource:2>` the same inside a longer text
//   `timestamp`, or the key's own name in kebab case (`"SenderId": "sender-id"`): any value
// Documents inside strings (policies, message bodies) are compared as documents.

/** One difference between AWS's answer and ours. */
export interface Difference {
  readonly path: string;
  readonly recorded: Value;
  readonly actual: Value;
}

/** What placeholders were found to stand for. */
export type Bindings = ReadonlyMap<string, string>;

/** The outcome of a comparison: the differences, and the bindings if there are none. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly bindings: Bindings;
}

const PLACEHOLDER = /<[A-Za-z][^<>"\s]*>/;
const WHOLE_PLACEHOLDER = /^<[A-Za-z][^<>"\s]*>$/;
const WORDS_FOR_ANYTHING = new Set([
  'id',
  'dest-bucket',
  'amz-request-id',
  'timestamp',
  'date',
  'datetime',
  'amz-id',
  'object-sequencer',
  'display-name',
  'message-id',
  'target-arn',
  'target-id',
  'sequencer',
  'bucket',
]);
/** Opaque to clients: only their presence is compared. */
const OPAQUE_KEYS = new Set([
  'NextToken',
  'NextContinuationToken',
  'ContinuationToken',
  'TaskHandle',
  'SubscriptionArn',
]);
/** Lists whose order AWS does not promise. */
const UNORDERED_KEYS = new Set([
  '',
  'Deleted',
  'Errors',
  'TagSet',
  'Buckets',
  'Grants',
  'Successful',
  'Failed',
  'EventSourceMappings',
  'Functions',
  'messages',
  'Events',
]);
const CONSTANTS: Bindings = new Map([
  ['<partition>', 'aws'],
  ['<region>', 'us-east-1'],
]);

/** Compares what we answered with what AWS did, under what earlier answers bound. */
export function compare(recorded: Value, actual: Value, bound: Bindings): Comparison {
  const matcher = new Matcher(bound);
  matcher.match('', '', canonical(recorded), canonical(actual));
  return { differences: matcher.differences, bindings: matcher.bindings };
}

class Matcher {
  readonly differences: Difference[] = [];
  readonly bindings: Map<string, string>;

  constructor(bound: Bindings) {
    this.bindings = new Map(bound);
  }

  match(path: string, key: string, recorded: Value, actual: Value): void {
    if (typeof recorded === 'string') this.#matchText(path, key, recorded, actual);
    else if (Array.isArray(recorded)) this.#matchList(path, key, recorded, actual);
    else if (recorded !== null && typeof recorded === 'object') this.#matchShape(path, recorded as Shape, actual);
    else if (recorded !== actual) this.#differ(path, recorded, actual);
  }

  #matchShape(path: string, recorded: Shape, actual: Value): void {
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) {
      this.#differ(path, recorded, actual);
      return;
    }
    const given = actual as Shape;
    for (const [key, value] of Object.entries(recorded)) {
      if (key === 'HTTPHeaders') continue;
      const pattern = PLACEHOLDER.test(key) ? this.#keyFor(key, given) : key;
      if (!(pattern in given)) this.#differ(`${path}.${key}`, value, undefined);
      else this.match(`${path}.${key}`, key, value, given[pattern]);
    }
    const expected = new Set(Object.keys(recorded));
    const hasPatterns = [...expected].some((key) => PLACEHOLDER.test(key));
    for (const [key, value] of Object.entries(given)) {
      if (!expected.has(key) && !hasPatterns && key !== 'HTTPHeaders') this.#differ(`${path}.${key}`, undefined, value);
    }
  }

  #keyFor(pattern: string, given: Shape): string {
    return Object.keys(given).find((key) => this.#textMatches(pattern, key)) ?? pattern;
  }

  #matchList(path: string, key: string, recorded: readonly Value[], actual: Value): void {
    if (!Array.isArray(actual) || actual.length !== recorded.length) {
      this.#differ(path, recorded, actual);
      return;
    }
    const before = this.differences.length;
    const boundBefore = new Map(this.bindings);
    recorded.forEach((item, index) => {
      this.match(`${path}[${index}]`, key, item, actual[index]);
    });
    if (this.differences.length === before || !UNORDERED_KEYS.has(key)) return;
    const paired = pairUp(recorded, actual, boundBefore);
    if (!paired) return;
    this.differences.length = before;
    this.bindings.clear();
    for (const [name, value] of paired) this.bindings.set(name, value);
  }

  #matchText(path: string, key: string, recorded: string, actual: Value): void {
    if (actual === undefined || actual === null) {
      this.#differ(path, recorded, actual);
      return;
    }
    if (recorded === kebab(key) || WORDS_FOR_ANYTHING.has(recorded) || OPAQUE_KEYS.has(key)) return;
    if (WHOLE_PLACEHOLDER.test(recorded)) this.#bind(path, recorded, actual);
    else if (typeof actual !== 'string' || !this.#textMatches(recorded, actual)) this.#differ(path, recorded, actual);
  }

  #bind(path: string, placeholder: string, actual: Value): void {
    const text = typeof actual === 'string' ? actual : JSON.stringify(actual);
    const known = this.bindings.get(placeholder) ?? CONSTANTS.get(placeholder);
    if (known === undefined || !/:\d+>$/.test(placeholder)) this.bindings.set(placeholder, text);
    else if (unquoted(known) !== unquoted(text)) this.#differ(path, `${placeholder} = ${known}`, actual);
  }

  #textMatches(recorded: string, actual: string): boolean {
    if (recorded === actual) return true;
    if (!PLACEHOLDER.test(recorded)) return false;
    const names: string[] = [];
    const source = recorded.split(/(<[A-Za-z][^<>"\s]*>)/).map((part, index) => {
      if (index % 2 === 0) return escaped(part);
      const known = CONSTANTS.get(part) ?? (/:\d+>$/.test(part) ? this.bindings.get(part) : undefined);
      if (known !== undefined) return escaped(unquoted(known));
      const seen = names.indexOf(part);
      if (seen >= 0 && /:\d+>$/.test(part)) return `\\${seen + 1}`;
      names.push(part);
      return '([^]*?)';
    });
    const found = new RegExp(`^${source.join('')}$`).exec(actual);
    if (!found) return false;
    names.forEach((name, index) => {
      this.bindings.set(name, found[index + 1] ?? '');
    });
    return true;
  }

  #differ(path: string, recorded: Value, actual: Value): void {
    this.differences.push({ path, recorded, actual });
  }
}

/** Pairs each recorded item with a different actual one, first fit; `undefined` when it cannot. */
function pairUp(recorded: readonly Value[], actual: readonly Value[], bound: Bindings): Bindings | undefined {
  let bindings = bound;
  const left = [...actual];
  for (const item of recorded) {
    const index = left.findIndex((candidate) => compare(item, candidate, bindings).differences.length === 0);
    if (index < 0) return undefined;
    bindings = compare(item, left[index], bindings).bindings;
    left.splice(index, 1);
  }
  return bindings;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const unquoted = (text: string) => text.replace(/^"|"$/g, '');

/** `SenderId` → `sender-id`, `MD5OfBody` → `m-d5-of-body`: how the recordings name a value they left out. */
function kebab(key: string): string {
  return key
    .replace(/(?!^)([A-Z])/g, '-$1')
    .replace(/_/g, '-')
    .toLowerCase();
}

/** The recordings were made by a user; here every access key is the account itself. */
const RECORDED_CALLER = /:user\/<resource:\d+>$/;
const LOCAL_ENDPOINT = /https?:\/\/(?:sqs\.<region>\.localhost\.localstack\.cloud|localhost|127\.0\.0\.1)(?::\d+)?/g;

/** Documents in strings become documents, dates texts, and the endpoint's name does not count. */
function canonical(value: Value): Value {
  if (typeof value === 'string') {
    if (/^\s*[[{]/.test(value)) {
      try {
        return canonical(JSON.parse(value) as Value);
      } catch {
        // Not a document after all.
      }
    }
    return pythonBytes(value)
      .replace(RECORDED_CALLER, ':root')
      .replace(/^date\t/, '<date>\t')
      .replace(LOCAL_ENDPOINT, 'http://endpoint');
  }
  if (Array.isArray(value)) return value.map(canonical);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, canonical(item as Value)]),
    );
  }
  return value;
}

/** `b'a\\x1eb'` as Python shows bytes → what they are. */
function pythonBytes(text: string): string {
  const shown = /^b(['"])(.*)\1$/s.exec(text)?.[2];
  if (shown === undefined) return text;
  const unescaped = shown.replace(/\\(x[0-9a-f]{2}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (PYTHON_ESCAPES[code] ?? code),
  );
  return textOfBytes(Buffer.from(unescaped, 'latin1'));
}

const PYTHON_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Bytes as text: UTF-8 where they are that, else each byte as a character. */
export function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
