// Where more batches could run than the machine runs functions, each waits for its turn.
import { expect, test } from 'vitest';
import { Room } from '../../mappings/poll/room.ts';
import { Turns } from '../../mappings/poll/stream/lane/turns.ts';

test('a place that comes free is offered to one lane of a mapping, and to the next if that has no use for it', () => {
  const room = new Room(1);
  const turns = new Turns(room);
  const place = room.enter();
  const offered: string[] = [];
  const waits = ['a', 'b'].map((name) => turns.wait(() => offered.push(name)));
  place[Symbol.dispose]();
  expect(offered).toEqual(['a']);
  waits[0]?.[Symbol.dispose]();
  turns.pass();
  expect(offered).toEqual(['a', 'b']);
});
