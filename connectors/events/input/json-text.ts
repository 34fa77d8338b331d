import type { LosslessJson } from '../../../src/core/json/lossless-json.ts';

/** The value as JSON without white space; numbers as they were written. */
export function jsonText(value: LosslessJson): string {
  switch (value.kind) {
    case 'object':
      return `{${[...value.members].map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(',')}}`;
    case 'array':
      return `[${value.items.map(jsonText).join(',')}]`;
    case 'string':
      return JSON.stringify(value.value);
    case 'number':
      return value.text;
    default:
      return String(value.value);
  }
}
