// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and AWS's answers to
// TestEventPattern, which lie beside the checkout and are skipped, with a printed reason, where they do not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matches, PatternNotValid } from '../../src/core/event-pattern/event-pattern.ts';
import { parseLosslessJson } from '../../src/core/json/lossless-json.ts';

const folder = join(import.meta.dirname, '../../../shared/aws-recorded/events-patterns');
const present = existsSync(folder);

interface Case {
  readonly name: string;
  readonly event: unknown;
  readonly pattern: unknown;
  readonly event_raw?: string;
  readonly pattern_raw?: string;
  readonly aws: { readonly result?: boolean; readonly error?: string; readonly message?: string };
}

/** Text of each value as it stands in the file, so that 300.0 stays 300.0. */
function casesOf(file: string): readonly { readonly case: Case; readonly event: string; readonly pattern: string }[] {
  const text = readFileSync(join(folder, file), 'utf8');
  const root = parseLosslessJson(text);
  const cases = root?.kind === 'object' ? root.members.get('cases') : undefined;
  const parsed = (JSON.parse(text) as { cases: Case[] }).cases;
  return (cases?.kind === 'array' ? cases.items : []).map((item, index) => {
    const member = (name: string) => {
      const value = item.kind === 'object' ? item.members.get(name) : undefined;
      return value ? oneLine(text.slice(value.start, value.end)) : '';
    };
    const known = parsed[index] as Case;
    return {
      case: known,
      event: known.event_raw ?? member('event'),
      pattern: known.pattern_raw ?? member('pattern'),
    };
  });
}

/** As Python's `json.dumps` writes it, which is how the patterns were sent. */
function oneLine(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\s+|[,:]/g, (token) =>
    token.startsWith('"') ? token : token === ',' || token === ':' ? `${token} ` : '',
  );
}

function verdict(pattern: string, event: string): boolean | string {
  try {
    const data = parseLosslessJson(event);
    return data ? matches(pattern, data, 'rule') : 'the event is not JSON';
  } catch (error) {
    if (error instanceof PatternNotValid) return error.message;
    throw error;
  }
}

describe('a rule pattern gets the verdict that AWS gave', () => {
  test.for(['cases.json', 'ruler-cases.json', 'fuzz-cases.json'])('for all of %s', (file, { skip }) => {
    skip(!present, 'the recordings (../shared/aws-recorded) are not beside this checkout');
    const cases = casesOf(file);
    const differ = cases.filter(({ case: recorded, event, pattern }) => {
      const ours = verdict(pattern, event);
      if (recorded.aws.error === undefined) return ours !== recorded.aws.result;
      const theirs = recorded.aws.message?.replace('Event pattern is not valid. Reason: ', '') ?? '';
      const known = theirs.replaceAll('<partition>', 'aws').replaceAll('<region>', 'us-east-1');
      // The engine's verdicts hold its sentences, those of AWS also the places.
      return file === 'cases.json' ? ours !== known : typeof ours !== 'string' || ours.split('\n')[0] !== known;
    });
    expect(
      differ.map(({ case: { name, aws }, event, pattern }) => ({
        name,
        aws,
        ours: verdict(pattern, event),
        pattern,
        event,
      })),
    ).toEqual([]);
    expect(cases.length).toBeGreaterThan(50);
  });
});
