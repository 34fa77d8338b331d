/**
 * JSON that keeps what `JSON.parse` loses: the text of numbers (300 is not 300.0 in an event pattern, and
 * 12345678901234567890 survives) and where each value stands, for error messages.
 */
export type LosslessJson = LosslessObject | LosslessArray | LosslessString | LosslessNumber | LosslessLiteral;

interface Located {
  /** Offset of the value's first character. */
  readonly start: number;
  /** Offset after its last character. */
  readonly end: number;
}

/** An object. */
export interface LosslessObject extends Located {
  readonly kind: 'object';
  /** In order of first appearance; of a key that is there twice the last value counts. */
  readonly members: ReadonlyMap<string, LosslessJson>;
}

/** A list. */
export interface LosslessArray extends Located {
  readonly kind: 'array';
  readonly items: readonly LosslessJson[];
}

/** A string, unescaped. */
export interface LosslessString extends Located {
  readonly kind: 'string';
  readonly value: string;
}

/** A number and how it was written. */
export interface LosslessNumber extends Located {
  readonly kind: 'number';
  /** As written. */
  readonly text: string;
  readonly value: number;
}

/** `true`, `false` or `null`. */
export interface LosslessLiteral extends Located {
  readonly kind: 'boolean' | 'null';
  readonly value: boolean | null;
}

/** Deeper nesting is refused, as AWS's parsers do, instead of running out of stack. */
const MAX_DEPTH = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

/** Parses `text`; `undefined` when it is not JSON. */
export function parseLosslessJson(text: string): LosslessJson | undefined {
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** A plain value in the same form; its values have no place. */
export function toLosslessJson(value: unknown): LosslessJson {
  const place = { start: 0, end: 0 };
  if (typeof value === 'string') return { kind: 'string', value, ...place };
  if (typeof value === 'number') return { kind: 'number', text: String(value), value, ...place };
  if (typeof value === 'boolean') return { kind: 'boolean', value, ...place };
  if (Array.isArray(value)) return { kind: 'array', items: value.map(toLosslessJson), ...place };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return {
      kind: 'object',
      members: new Map(members.map(([key, member]) => [key, toLosslessJson(member)])),
      ...place,
    };
  }
  return { kind: 'null', value: null, ...place };
}

class NotJson extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): LosslessJson {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw new NotJson();
    return value;
  }

  #value(depth: number): LosslessJson {
    if (depth > MAX_DEPTH) throw new NotJson();
    const start = this.#at;
    switch (this.#text[start]) {
      case '{':
        return this.#object(start, depth);
      case '[':
        return this.#array(start, depth);
      case '"':
        return { kind: 'string', value: this.#string(), start, end: this.#at };
      case 't':
        return this.#literal('boolean', 'true', true);
      case 'f':
        return this.#literal('boolean', 'false', false);
      case 'n':
        return this.#literal('null', 'null', null);
      default:
        return this.#number(start);
    }
  }

  #object(start: number, depth: number): LosslessObject {
    const members = new Map<string, LosslessJson>();
    this.#at++;
    this.#skipSpace();
    if (!this.#accept('}')) {
      do {
        this.#skipSpace();
        if (this.#text[this.#at] !== '"') throw new NotJson();
        const key = this.#string();
        this.#skipSpace();
        if (!this.#accept(':')) throw new NotJson();
        this.#skipSpace();
        members.set(key, this.#value(depth + 1));
        this.#skipSpace();
      } while (this.#accept(','));
      if (!this.#accept('}')) throw new NotJson();
    }
    return { kind: 'object', members, start, end: this.#at };
  }

  #array(start: number, depth: number): LosslessArray {
    const items: LosslessJson[] = [];
    this.#at++;
    this.#skipSpace();
    if (!this.#accept(']')) {
      do {
        this.#skipSpace();
        items.push(this.#value(depth + 1));
        this.#skipSpace();
      } while (this.#accept(','));
      if (!this.#accept(']')) throw new NotJson();
    }
    return { kind: 'array', items, start, end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (; this.#text[end] !== '"'; end++) {
      if (end >= this.#text.length) throw new NotJson();
      if (this.#text[end] === '\\') end++;
    }
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      throw new NotJson();
    }
  }

  #number(start: number): LosslessNumber {
    NUMBER.lastIndex = start;
    const text = NUMBER.exec(this.#text)?.[0];
    if (text === undefined) throw new NotJson();
    this.#at = start + text.length;
    return { kind: 'number', text, value: Number(text), start, end: this.#at };
  }

  #literal(kind: 'boolean' | 'null', text: string, value: boolean | null): LosslessLiteral {
    const start = this.#at;
    if (!this.#text.startsWith(text, start)) throw new NotJson();
    this.#at = start + text.length;
    return { kind, value, start, end: this.#at };
  }

  #accept(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }
}
