// Where more batches could run than the machine runs functions, each waits for its turn.
import { expect, test } from 'vitest';
import { Room } from '../../mappings/poll/room.ts';
import { type Place, Turns } from '../../mappings/poll/stream/lane/turns.ts';

test('a place that comes free is given to one lane of a mapping, and to the next if that has no use for it', () => {
  const room = new Room(1);
  const turns = new Turns(room);
  const place = turns.take();
  const given: [string, Place][] = [];
  for (const name of ['a', 'b']) turns.wait((each) => given.push([name, each]));
  expect(place.mayGoOn()).toBe(false);
  expect(given.map(([name]) => name)).toEqual(['a']);
  given[0]?.[1][Symbol.dispose]();
  expect(given.map(([name]) => name)).toEqual(['a', 'b']);
  expect(room.free).toBe(false);
  given[1]?.[1][Symbol.dispose]();
  expect(room.free).toBe(true);
});

test('a mapping goes on with short batches for a while before another function gets its place', () => {
  const room = new Room(1);
  const place = new Turns(room).take();
  new Turns(room).wait(() => {});
  expect(place.mayGoOn()).toBe(true);
});
