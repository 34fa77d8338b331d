import { parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { createPatternIndex } from '../../src/core/event-pattern/index/pattern-index.ts';
import { type LosslessJson, parseLosslessJson } from '../../src/core/json/lossless-json.ts';
import { mediansInTurns, type Row } from './measure.ts';

const RULES = 1000;
const EVENTS = 1000;

/** A bus as services fill it: rules for one type and state each, some by prefix, some with `$or`. */
function ruleOf(number: number): string {
  const source = [`app.service-${number % 50}`];
  const type = [`type-${number}`];
  if (number % 10 === 0)
    return JSON.stringify({ source, detail: { object: { key: [{ prefix: `folder-${number}/` }] } } });
  if (number % 10 === 1) return JSON.stringify({ source, $or: [{ 'detail-type': type }, { detail: { tag: type } }] });
  return JSON.stringify({ source, 'detail-type': type, detail: { amount: [{ numeric: ['>', 10] }] } });
}

function eventOf(number: number): string {
  return JSON.stringify({
    ...{ version: '0', id: `e-${number}`, account: '000000000000', region: 'us-east-1', resources: [] },
    ...{ time: '2026-01-01T00:00:00Z', source: `app.service-${number % 50}`, 'detail-type': `type-${number % RULES}` },
    detail: { amount: 11, object: { key: `folder-${number % RULES}/image.jpg`, size: 12 }, state: 'running', tag: 'x' },
  });
}

function read(text: string): LosslessJson {
  const json = parseLosslessJson(text);
  if (!json) throw new Error('an event is no JSON');
  return json;
}

/** What it costs to find the rules of an event among a thousand, against reading it, which a bus must, and against trying each. */
export async function measurePatterns(): Promise<readonly Row[]> {
  const patterns = Array.from({ length: RULES }, (_, number) => parseEventPattern(ruleOf(number), 'rule'));
  const index = createPatternIndex<number>();
  for (const [number, pattern] of patterns.entries()) index.add(String(number), pattern, number);
  const texts = Array.from({ length: EVENTS }, (_, number) => eventOf(number));
  const events = texts.map(read);
  const medians = await mediansInTurns(
    {
      indexed: async () => events.forEach((event) => void index.match(event)),
      reading: async () => texts.forEach((text) => void read(text)),
      linear: async () =>
        events.slice(0, EVENTS / 10).forEach((event) => void patterns.filter((each) => each.matches(event))),
    },
    5,
    5,
  );
  const microseconds = (ms: number, events: number) => (ms * 1000) / events;
  const ours = microseconds(medians.indexed, EVENTS);
  const what = `an event through ${RULES} rules`;
  return [
    {
      ...{ what: `${what}, against reading it`, ours, unit: 'µs', aim: { value: 2 } },
      ...{ floor: microseconds(medians.reading, EVENTS), floorName: 'reading' },
    },
    {
      ...{ what: `${what}, against trying each`, ours, unit: 'µs', aim: { value: 0.1 } },
      ...{ floor: microseconds(medians.linear, EVENTS / 10), floorName: 'each rule' },
    },
  ];
}
