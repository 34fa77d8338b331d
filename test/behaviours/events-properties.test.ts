// Templates and JSON, against simpler models: whatever the values are, a JSON template makes the JSON that one would write by
// hand, and JSON that passes through keeps its meaning.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, isWellFormed, parseTemplate } from '../../connectors/events/input/input-template.ts';
import { parseJsonPath } from '../../connectors/events/input/json-path.ts';
import { jsonText } from '../../connectors/events/input/json-text.ts';
import { parseLosslessJson, toLosslessJson } from '../../src/core/json/lossless-json.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('events properties');

const key = fc.stringMatching(/^[a-z][a-z-]{0,5}$/);
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('JSON that passes through', () => {
  it('keeps its meaning, and has no white space', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const parsed = parseLosslessJson(JSON.stringify(value, undefined, indent));
        expect(parsed && jsonText(parsed)).toBe(JSON.stringify(value));
      }),
      { seed },
    );
  });
});

describe('a path', () => {
  it('finds what walking by hand finds', () => {
    const step = fc.oneof(key, fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.dictionary(key, json), fc.array(step, { maxLength: 4 }), (root, steps) => {
        const path = `$${steps.map((each) => (typeof each === 'number' ? `[${each}]` : `.${each}`)).join('')}`;
        let expected: unknown = root;
        for (const each of steps) {
          const fits =
            typeof each === 'number' ? Array.isArray(expected) : isObject(expected) && Object.hasOwn(expected, each);
          expected = fits ? (expected as Record<string | number, unknown>)[each] : undefined;
        }
        const found = parseJsonPath(path)?.find(toLosslessJson(root));
        expect(found && JSON.parse(jsonText(found))).toEqual(expected);
      }),
      { seed },
    );
  });
});

describe('a template', () => {
  it('of JSON is what one would write by hand', () => {
    const member = fc.record({ name: key, variable: key, value: fc.option(json, { nil: undefined }) });
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 5 }), (members) => {
        const values = new Map(members.map(({ variable, value }) => [variable, value]));
        const template = parseTemplate(
          `{ ${members.map(({ name, variable }) => `"${name}": <${variable}>`).join(', ')} }`,
        );
        expect(isWellFormed(template)).toBe(true);
        const made = fillTemplate(template, (variable) => {
          const value = values.get(variable);
          return value === undefined ? undefined : toLosslessJson(value);
        });
        const expected = members.map(({ name, variable }) => [name, values.get(variable) ?? missing(values, variable)]);
        expect(made && JSON.parse(made)).toEqual(Object.fromEntries(expected));
      }),
      { seed },
    );
  });

  it('of text holds every string as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fillTemplate(parseTemplate('"said: <what>!"'), () => toLosslessJson(text))).toBe(`"said: ${text}!"`);
      }),
      { seed },
    );
  });
});

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `null` is a value; what is not there is `""`. */
const missing = (values: ReadonlyMap<string, unknown>, variable: string) => (values.get(variable) === null ? null : '');
