// `headwater up` is usable at once: what is loaded at the start is what every endpoint needs, in a form that is compiled
// fast. V8 scans each byte of it: https://v8.dev/blog/preparser
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildCli } from '../support/built-headwater.ts';

let loaded: ReadonlyMap<string, string>;

beforeAll(() => {
  const cli = buildCli('start-up');
  const chunks = join(dirname(cli), 'chunks');
  const late = readdirSync(chunks).filter((file) => /^(headwater|up|parse)-/.test(file));
  loaded = withImports([cli, ...late.map((file) => join(chunks, file))]);
}, 60_000);

/** The files with all that they import at once. */
function withImports(files: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const read = (file: string) => {
    if (texts.has(file)) return;
    const text = readFileSync(file, 'latin1');
    texts.set(file, text);
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*"(\.[^"]+\.js)"/g)) read(join(dirname(file), name));
  };
  for (const file of files) read(file);
  return texts;
}

test('a start loads no more code than it needs', () => {
  const bytes = [...loaded.values()].reduce((sum, text) => sum + text.length, 0);
  expect(bytes).toBeGreaterThan(300_000);
  expect(bytes).toBeLessThan(700_000);
});

test('a start loads nothing of topics, buses, schedules, streams, tables and mappings', () => {
  const text = [...loaded.values()].join('\n');
  expect(text).toContain('function createSqs(');
  const late = ['Sns', 'Events', 'Scheduler', 'Kinesis', 'Dynamodb', 'Mappings', 'Kafka'];
  for (const name of late) {
    expect(text, name).not.toContain(`function create${name}(`);
  }
});

test('what a start loads is held in one byte per character', () => {
  const wide = [...loaded].filter(([, text]) => /[\u0080-\u00ff]/.test(text)).map(([file]) => file);
  expect(wide).toEqual([]);
});
