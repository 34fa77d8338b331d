// Visibility: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
// FIFO order: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqs } from '../support/raw-client.ts';
import { runSeed } from '../support/seed.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';

let simulator: Simulator;
let queues = 0;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => await simulator?.[Symbol.asyncDispose]());

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

async function createQueue(Attributes: Record<string, string>): Promise<string> {
  const QueueName = `q${queues++}${Attributes['FifoQueue'] ? '.fifo' : ''}`;
  const { QueueUrl } = await sqs(simulator.endpoint, 'CreateQueue', { QueueName, Attributes });
  return String(QueueUrl);
}

async function receive(
  QueueUrl: string,
  MaxNumberOfMessages: number,
  VisibilityTimeout: number,
): Promise<readonly Received[]> {
  const answer = await sqs(simulator.endpoint, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages, VisibilityTimeout });
  return (answer['Messages'] as readonly Received[] | undefined) ?? [];
}

/** A message as the rules of the page see it. */
interface Modelled {
  readonly body: string;
  readonly group: string;
  visibleAtS: number;
  deleted: boolean;
  handle: string | undefined;
}

const seconds = fc.integer({ min: 1, max: 40 });
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      delayS: fc.integer({ min: 0, max: 5 }),
      group: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }), hideS: seconds }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      pick: fc.nat(),
      hideS: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), byS: seconds }) },
);
type Command = typeof command extends fc.Arbitrary<infer One> ? One : never;

/** Plays commands against a queue and a model of it; `mayReceive` says which messages a receive may return at an instant. */
class Play {
  nowS = 0;
  readonly messages: Modelled[] = [];
  readonly #url: string;
  readonly #fifo: boolean;
  /** What may be received now, in the order in which it must come when order matters. */
  readonly #available: (messages: readonly Modelled[], nowS: number) => readonly Modelled[];

  constructor(
    url: string,
    fifo: boolean,
    available: (messages: readonly Modelled[], nowS: number) => readonly Modelled[],
  ) {
    this.#url = url;
    this.#fifo = fifo;
    this.#available = available;
  }

  async run(step: Command): Promise<void> {
    if (step.do === 'send') await this.#send(step.delayS, step.group);
    else if (step.do === 'receive') await this.#receive(step.max, step.hideS);
    else if (step.do === 'advance') {
      await simulator.advance(step.byS * 1000);
      this.nowS += step.byS;
    } else await this.#settle(step);
  }

  async #send(delayS: number, group: string): Promise<void> {
    const body = String(this.messages.length);
    const ordered = this.#fifo ? { MessageGroupId: group, MessageDeduplicationId: body } : { DelaySeconds: delayS };
    await sqs(simulator.endpoint, 'SendMessage', { QueueUrl: this.#url, MessageBody: body, ...ordered });
    this.messages.push({
      body,
      group,
      visibleAtS: this.nowS + (this.#fifo ? 0 : delayS),
      deleted: false,
      handle: undefined,
    });
  }

  async #receive(max: number, hideS: number): Promise<void> {
    const available = this.#available(this.messages, this.nowS);
    const received = await receive(this.#url, max, hideS);
    expect(received.length).toBe(Math.min(max, available.length));
    const expected = new Set(available.map(({ body }) => body));
    for (const { Body, ReceiptHandle } of received) {
      expect(expected).toContain(Body);
      const message = this.messages[Number(Body)];
      if (!message) continue;
      message.visibleAtS = this.nowS + hideS;
      message.handle = ReceiptHandle;
    }
    if (this.#fifo) expectGroupOrder(received, available);
  }

  async #settle(step: Extract<Command, { do: 'delete' | 'change' }>): Promise<void> {
    const held = this.messages.filter(
      ({ handle, deleted, visibleAtS }) => handle !== undefined && !deleted && visibleAtS > this.nowS,
    );
    const message = held[step.pick % Math.max(1, held.length)];
    if (!message) return;
    const target = { QueueUrl: this.#url, ReceiptHandle: message.handle };
    if (step.do === 'delete') {
      await sqs(simulator.endpoint, 'DeleteMessage', target);
      message.deleted = true;
    } else {
      await sqs(simulator.endpoint, 'ChangeMessageVisibility', { ...target, VisibilityTimeout: step.hideS });
      message.visibleAtS = this.nowS + step.hideS;
    }
  }
}

const visible = (nowS: number) => (message: Modelled) => !message.deleted && message.visibleAtS <= nowS;

/** Of each group, what stands before its first hidden message: that one bars what comes after it, never what is before (recorded). */
function beforeHidden(messages: readonly Modelled[], nowS: number): readonly Modelled[] {
  const closed = new Set<string>();
  return messages.filter((message) => {
    if (!message.deleted && message.visibleAtS > nowS) closed.add(message.group);
    return visible(nowS)(message) && !closed.has(message.group);
  });
}

/** Of each group, what came is its beginning, in the order of sending. */
function expectGroupOrder(received: readonly Received[], available: readonly Modelled[]): void {
  for (const group of new Set(available.map((message) => message.group))) {
    const ofGroup = available.filter((message) => message.group === group).map(({ body }) => body);
    const came = received.map(({ Body }) => Body).filter((body) => ofGroup.includes(body));
    expect(came).toEqual(ofGroup.slice(0, came.length));
  }
}

const runs = { numRuns: 40, endOnFailure: true };

test('a standard queue returns what is visible, and nothing that is hidden, delayed or deleted', async () => {
  const seed = runSeed('visibility');
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const play = new Play(await createQueue({}), false, (messages, nowS) => messages.filter(visible(nowS)));
      for (const step of commands) await play.run(step);
    }),
    { ...runs, seed },
  );
});

test('a FIFO queue keeps each group in order, and a hidden message bars those after it', async () => {
  const seed = runSeed('FIFO order');
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const play = new Play(await createQueue({ FifoQueue: 'true' }), true, beforeHidden);
      for (const step of commands) await play.run(step);
    }),
    { ...runs, seed },
  );
});
