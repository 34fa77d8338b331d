import { createHash } from 'node:crypto';
import { ENDING } from './ending.ts';
import { FIFO_ORDER } from './fifo-order.ts';
import { LAPSE } from './lapse.ts';
import { COUNT, DECLARE, DROP, EMPTY, PURGE } from './lifetime.ts';
import { MESSAGE } from './message.ts';
import { QUEUE } from './queue.ts';
import { ADD, MOVE, SEND } from './send.ts';
import { CHANGE_VISIBILITY, FIND, RELEASE, REMOVE } from './settle.ts';
import { STANDARD_ORDER } from './standard-order.ts';
import { TAKE, TAKING } from './take.ts';

/** All that is done to queues, each in one step that nothing comes between. */
const FUNCTIONS = {
  declare: DECLARE,
  drop: DROP,
  purge: PURGE,
  count: COUNT,
  send: SEND,
  take: TAKE,
  remove: REMOVE,
  changeVisibility: CHANGE_VISIBILITY,
  release: RELEASE,
  move: MOVE,
} as const;

/** The name of one. */
export type QueueFunction = keyof typeof FUNCTIONS;

const shared = [QUEUE, MESSAGE, LAPSE, ENDING, STANDARD_ORDER, FIFO_ORDER, ADD, TAKING, FIND, EMPTY].join('\n');
/** Another one for each change, so that processes of different versions do not meet in one. */
const version = createHash('sha1')
  .update(shared + JSON.stringify(FUNCTIONS))
  .digest('hex')
  .slice(0, 12);

/** What Redis calls a function. */
export const functionName = (name: QueueFunction): string => `headwater_queue_${version}_${name}`;

/**
 * The functions as a library that Redis keeps, with its data. A script would be the same, but everything that it builds on
 * would be made anew for each call, which takes longer than most calls.
 */
export const QUEUE_LIBRARY = [
  `#!lua name=headwater_queue_${version}`,
  shared,
  ...Object.entries(FUNCTIONS).map(
    ([name, lua]) =>
      `redis.register_function('${functionName(name as QueueFunction)}', function(KEYS, ARGV)\nbegin(KEYS, ARGV)\n${lua}\nend)`,
  ),
].join('\n');
