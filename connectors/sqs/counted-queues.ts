import type { Arn } from '../../src/core/arn.ts';
import { MINUTE } from '../../src/core/clock.ts';
import type { Measurement, Metrics } from '../../src/core/metrics/metrics.ts';
import type { MessageQueue, OutgoingMessage } from '../../src/core/ports/message-queue.ts';
import { sizeOfAttributes } from './message-attributes.ts';
import { queueOfArn } from './queue.ts';

/** What counting queues needs. */
interface CountParts {
  readonly queues: MessageQueue;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/**
 * The queues, with what goes through them told as AWS/SQS. How many messages there are is told of queues that something
 * happens to, or that hold any, whenever metrics are stored or read.
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function countedQueues({ queues, metrics, nowMs }: CountParts): { readonly queues: MessageQueue } & Disposable {
  const levels = new QueueLevels(queues, metrics, nowMs);
  const looking = metrics.sampleWith?.(() => levels.sample());
  const tell = (arn: Arn, measurements: readonly Measurement[]) => {
    levels.touch(arn);
    record(metrics, arn, measurements);
  };
  return {
    queues: {
      driver: queues.driver,
      async send(arn, messages) {
        const sent = await queues.send(arn, messages);
        tell(arn, [count('NumberOfMessagesSent', messages.length), ...messages.map(sizeOf)]);
        return sent;
      },
      async receive(arn, options) {
        const received = await queues.receive(arn, options);
        if (received.length > 0) tell(arn, [count('NumberOfMessagesReceived', received.length)]);
        return received;
      },
      async remove(arn, handles) {
        const outcomes = await queues.remove(arn, handles);
        const done = outcomes.filter((outcome) => outcome === 'done').length;
        if (done > 0) tell(arn, [count('NumberOfMessagesDeleted', done)]);
        return outcomes;
      },
      declare: (arn, settings) => queues.declare(arn, settings),
      drop: (arn) => queues.drop(arn),
      changeVisibility: (arn, changes) => queues.changeVisibility(arn, changes),
      release: (arn, handles) => queues.release(arn, handles),
      purge: (arn) => queues.purge(arn),
      counts: (arn) => queues.counts(arn),
      due: (arn) => queues.due(arn),
      move: (from, step) => queues.move(from, step),
      onRedrive: (listener) => queues.onRedrive(listener),
      [Symbol.asyncDispose]: () => queues[Symbol.asyncDispose](),
    },
    [Symbol.dispose]: () => looking?.[Symbol.dispose](),
  };
}

/** Tells that somebody asked a queue for messages and got none. */
export const countEmptyReceive = (metrics: Metrics, arn: Arn): void =>
  record(metrics, arn, [count('NumberOfEmptyReceives', 1)]);

/** How many messages are in queues: counted once a minute, and whenever something happened since. */
class QueueLevels {
  readonly #queues: MessageQueue;
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  /** With the minute they were counted in; 0 when something has happened since. */
  readonly #watched = new Map<Arn, number>();

  constructor(queues: MessageQueue, metrics: Metrics, nowMs: () => number) {
    this.#queues = queues;
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  touch(arn: Arn): void {
    this.#watched.set(arn, 0);
  }

  async sample(): Promise<void> {
    const minute = Math.floor(this.#nowMs() / MINUTE);
    const due = [...this.#watched].filter(([, counted]) => counted !== minute);
    await Promise.all(due.map(([arn]) => this.#count(arn, minute)));
  }

  async #count(arn: Arn, minute: number): Promise<void> {
    this.#watched.set(arn, minute);
    const { visible, inFlight, delayed } = await this.#queues.counts(arn);
    if (visible + inFlight + delayed === 0 && this.#watched.get(arn) === minute) this.#watched.delete(arn);
    record(this.#metrics, arn, [
      count('ApproximateNumberOfMessagesVisible', visible),
      count('ApproximateNumberOfMessagesNotVisible', inFlight),
      count('ApproximateNumberOfMessagesDelayed', delayed),
    ]);
  }
}

function record(metrics: Metrics, arn: Arn, measurements: readonly Measurement[]): void {
  const queue = queueOfArn(arn);
  if (queue) metrics.record(queue, 'AWS/SQS', { QueueName: queue.name }, measurements);
}

const count = (name: string, value: number): Measurement => ({ name, value, unit: 'Count' });

const sizeOf = ({ content }: OutgoingMessage): Measurement => ({
  name: 'SentMessageSize',
  value: Buffer.byteLength(content.body) + sizeOfAttributes(content.attributes),
  unit: 'Bytes',
});
