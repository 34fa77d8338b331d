// What a target gets of an event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
// and https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../connectors/events/input/input-template.ts';
import { parseJsonPath } from '../../connectors/events/input/json-path.ts';
import { jsonText } from '../../connectors/events/input/json-text.ts';
import { toLosslessJson } from '../../src/core/json/lossless-json.ts';
import { ACCOUNT, FUNCTION, startEvents } from './events-fixture.ts';

const DETAIL = { user: 'u-1', list: ['A', 'B'], n: 1.5, on: true, nested: { a: 'x', 'b-c': [{ d: 1 }, { d: 2 }] } };
const PATHS = {
  user: '$.detail.user',
  list: '$.detail.list',
  n: '$.detail.n',
  on: '$.detail.on',
  nested: '$.detail.nested',
  missing: '$.detail.missing',
};

/** What a target with that input gets of an event with that detail; `undefined` when it gets nothing. */
async function inputOf(target: object): Promise<string | undefined> {
  const { rule, put, fakes } = startEvents();
  await rule('all', [{ Arn: FUNCTION, ...target }]);
  await put({ Detail: JSON.stringify(DETAIL) });
  return fakes.got[0]?.text;
}

const filled = (InputTemplate: string) => inputOf({ InputTransformer: { InputPathsMap: PATHS, InputTemplate } });

describe('an input', () => {
  it('is delivered as it was put', async () => {
    expect(await inputOf({ Input: '{ "a": 1 }' })).toBe('{ "a": 1 }');
  });

  it('by path is what is there, as JSON; nothing is null', async () => {
    expect(await inputOf({ InputPath: '$.detail.user' })).toBe('"u-1"');
    expect(await inputOf({ InputPath: '$.detail.nested' })).toBe('{"a":"x","b-c":[{"d":1},{"d":2}]}');
    expect(await inputOf({ InputPath: '$.detail.list[1]' })).toBe('"B"');
    expect(await inputOf({ InputPath: '$.missing' })).toBe('null');
  });
});

describe('a template', () => {
  it('of JSON takes values as JSON, and what is missing as ""', async () => {
    expect(await filled('{"u": <user>, "l": <list>, "n": <n>, "on": <on>, "m": <missing>}')).toBe(
      '{"u":"u-1","l":["A","B"],"n":1.5,"on":true,"m":""}',
    );
  });

  it('of JSON takes strings between quotes as they are', async () => {
    expect(await filled('{"path": "users/<user>/<user>", "said": "he is \\"<user>\\"<missing>"}')).toBe(
      '{"path":"users/u-1/u-1","said":"he is \\"u-1\\""}',
    );
  });

  it('of JSON with an object between quotes makes no JSON, and nothing arrives', async () => {
    expect(await filled('{"payload": "<nested>"}')).toBeUndefined();
    expect(await filled('{"payload": "<list>"}')).toBeUndefined();
  });

  it('of text is delivered with its quotes; values lose theirs', async () => {
    expect(await filled('"<user> has <list> in <nested>, <on><missing>!"')).toBe(
      '"u-1 has [A,B] in {a:x,b-c:[{d:1},{d:2}]}, true!"',
    );
    expect(await filled('"one <user>"\n"two <n>"')).toBe('"one u-1"\n"two 1.5"');
  });

  it('that is a variable alone is its value', async () => {
    expect(await filled('<nested>')).toBe('{"a":"x","b-c":[{"d":1},{"d":2}]}');
  });

  it('knows the rule and the event without being told', async () => {
    const InputTemplate =
      '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, "event": <aws.events.event>}';
    const event = JSON.parse((await inputOf({ InputTransformer: { InputTemplate } })) ?? '');
    expect(event).toMatchObject({
      arn: `arn:aws:events:us-east-1:${ACCOUNT}:rule/all`,
      name: 'all',
      at: '2026-01-01T00:00:00Z',
      event: { source: 'shop', detailType: 'Order Placed', account: ACCOUNT },
    });
    expect(event.event).not.toHaveProperty('detail');
    const whole = await inputOf({ InputTransformer: { InputTemplate: '<aws.events.event.json>' } });
    expect(JSON.parse(whole ?? '')).toMatchObject({ 'detail-type': 'Order Placed', detail: DETAIL });
  });

  it('may hold angle brackets that are no variables', () => {
    const { pieces } = parseTemplate('{"a": "1 < 2", "b": "<a b>"}');
    expect(pieces).toEqual(['{"a": "1 < 2", "b": "<a b>"}']);
  });
});

describe('a path', () => {
  const find = (path: string) => {
    const found = parseJsonPath(path)?.find(toLosslessJson({ detail: DETAIL }));
    return found && jsonText(found);
  };

  it.each([
    ['$', JSON.stringify({ detail: DETAIL })],
    ["$['detail'].user", '"u-1"'],
    ['$.detail.nested.b-c[1].d', '2'],
    ['$.detail.nested.b-c[*].d', '[1,2]'],
    ['$.detail.list.*', '["A","B"]'],
    ['$.detail.list.0', undefined],
    ['$.detail.user.more', undefined],
  ])('%s finds %s', (path, expected) => {
    expect(find(path)).toBe(expected);
  });

  it.each(['detail', '$detail', '$.', '$.a[?(@.b)]', '$.a[1:2]', '$..a'])('%s is none', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});
