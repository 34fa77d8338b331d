import { type Script, script } from '../../script.ts';
import { FIFO_ORDER } from './fifo-order.ts';
import { COUNT, DECLARE, DROP, PURGE } from './lifetime.ts';
import { QUEUE } from './queue.ts';
import { ADD, MOVE, SEND } from './send.ts';
import { CHANGE_VISIBILITY, RELEASE, REMOVE } from './settle.ts';
import { STANDARD_ORDER } from './standard-order.ts';
import { TAKE } from './take.ts';

const onQueues = (lua: string): Script => script([QUEUE, STANDARD_ORDER, FIFO_ORDER, ADD, lua].join(''));

/** All that is done to queues, each in one step that nothing comes between. */
export const QUEUE_SCRIPTS = {
  declare: onQueues(DECLARE),
  drop: onQueues(DROP),
  purge: onQueues(PURGE),
  count: onQueues(COUNT),
  send: onQueues(SEND),
  take: onQueues(TAKE),
  remove: onQueues(REMOVE),
  changeVisibility: onQueues(CHANGE_VISIBILITY),
  release: onQueues(RELEASE),
  move: onQueues(MOVE),
} as const;
