import { type Simulator, startSimulator } from '../support/simulator.ts';
import { type Answer, type Clients, createClients } from './clients.ts';
import { derivedFrom, isTestEvent } from './derived-answers.ts';
import { functionZip } from './function-code.ts';
import {
  arnIndex,
  clientOf,
  dateAfterStart,
  endingOf,
  knownObstacle,
  namedSteps,
  regionOf,
  versionIndex,
  waitBeforeMs,
} from './hints.ts';
import { createMemory, type Hints, type Memory, Unfillable } from './inputs.ts';
import { type Bindings, type Comparison, compare, type Difference } from './match.ts';
import { isShape } from './query-client.ts';
import type { Scenario, Shape, Step, Value } from './scenario.ts';
import { count, recordsOf } from './subscription.ts';

/** What a case came to. */
export type Outcome =
  | { readonly kind: 'passed'; readonly compared: number }
  | { readonly kind: 'differs'; readonly label: string; readonly differences: readonly Difference[] }
  | { readonly kind: 'not-runnable'; readonly reason: string; readonly compared: number };

/** Thrown where a case cannot go on, and why. */
class NotRunnable extends Error {}

const READS = /\.(Get|List|Describe|Head|Receive|Filter)/;
/** How long before the case a replay begins whose beginning was left out. */
const MARGIN_MS = 60_000;
/** How far the clock goes between two tries of a polled call. */
const POLL_STEPS_MS = [0, 1000, 1000, 2000, 5000, 10_000, 30_000, 60_000, 60_000, 120_000, 300_000];

/** Makes the calls of a case in order against a fresh Headwater and compares its answers with AWS's. */
export async function runScenario(scenario: Scenario): Promise<Outcome> {
  await using simulator = await startSimulator();
  const clients = createClients(simulator.endpoint, usesDefaultChecksums(scenario), regionOf(scenario));
  const run = new ScenarioRun(scenario, simulator, clients);
  try {
    return await run.play();
  } catch (error) {
    if (error instanceof NotRunnable || error instanceof Unfillable) {
      return { kind: 'not-runnable', reason: error.message, compared: run.compared };
    }
    const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { kind: 'differs', label: run.where, differences: [{ path: '', recorded: 'an answer', actual: failure }] };
  } finally {
    clients.close();
  }
}

/** SDKs add a checksum to each upload since January 2025; older recordings were made without. */
function usesDefaultChecksums(scenario: Scenario): boolean {
  return (
    /"ChecksumCRC32"|"ChecksumType"/.test(JSON.stringify(scenario.answers)) ||
    Number(scenario.recordedOn.slice(6, 10)) >= 2025
  );
}

class ScenarioRun {
  compared = 0;
  where = 'start';
  readonly #scenario: Scenario;
  readonly #simulator: Simulator;
  readonly #clients: Clients;
  readonly #memory: Memory;
  #bindings: Bindings = new Map();
  #zips = 0;
  readonly #startMs: number;
  /** The step that is made, and how often it was. */
  #index = 0;
  #time = 0;
  /** Answers since the last label. */
  #answers: Answer[] = [];

  constructor(scenario: Scenario, simulator: Simulator, clients: Clients) {
    this.#scenario = scenario;
    this.#simulator = simulator;
    this.#clients = clients;
    this.#startMs = simulator.nowMs();
    this.#memory = createMemory(simulator.endpoint, scenario.steps);
  }

  async play(): Promise<Outcome> {
    const obstacle = knownObstacle(this.#scenario);
    if (obstacle !== undefined) throw new NotRunnable(obstacle);
    const steps = namedSteps(this.#scenario);
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (!step || 'recorded' in step) continue;
      this.#index = index;
      this.#time = 0;
      const labels = labelsAfter(steps, index);
      const pauseMs = waitBeforeMs(this.#scenario, index, labels[0]);
      if (pauseMs > 0) await this.#simulator.advance(pauseMs);
      const failed = await this.#perform(step, labels, needsMessage(steps, index));
      if (failed) return { kind: 'differs', ...failed };
      this.compared += labels.length;
      if (labels.length > 0) this.#answers = [];
    }
    return { kind: 'passed', compared: this.compared };
  }

  /** Makes one call as often as it was made, and compares; returns the differences of the first label that differs. */
  async #perform(step: Call, labels: readonly string[], needsMessage: boolean) {
    this.where = labels[0] ?? step.call;
    const reads = READS.test(step.call);
    const times = step.times ?? 1;
    if (!reads) {
      for (let time = 0; time < times; time++) await this.#call(step, labels);
      for (const label of labels) await this.#gatherEvents(label);
    } else if (labels.length === 0) await this.#poll(step, labels, times, needsMessage);
    else return await this.#pollUntilEqual(step, labels, times);
    return this.#compareAll(labels);
  }

  /** What a subscription has delivered, where the recording shows it. */
  async #gatherEvents(label: string): Promise<void> {
    const subscription = this.#clients.subscription();
    const recorded = this.#scenario.answers[label];
    if (!subscription || !Array.isArray(recorded)) return;
    await this.#simulator.advance(0);
    await subscription.settle(label === 'Events' ? count(recorded) : recorded.length);
    const { events } = subscription;
    this.#answers.push({ Events: events, Records: recordsOf(events) });
  }

  async #poll(step: Call, labels: readonly string[], times: number, needsMessage: boolean): Promise<void> {
    for (let count = 0; count < times || needsMessage; count++) {
      if (count > 0) await this.#simulator.advance(POLL_STEPS_MS[Math.min(count, POLL_STEPS_MS.length - 1)] ?? 0);
      const answer = await this.#call(step, labels);
      if (needsMessage && (hasMessages(answer) || count >= POLL_STEPS_MS.length)) return;
    }
  }

  async #pollUntilEqual(step: Call, labels: readonly string[], times: number) {
    const before = [...this.#answers];
    let closest: { readonly label: string; readonly differences: readonly Difference[] } | undefined;
    const tries = times > 1 || mayBeEarly(step) ? POLL_STEPS_MS : [0];
    for (const waitMs of tries) {
      if (waitMs > 0) await this.#simulator.advance(waitMs);
      const answer = await this.#call(step, labels);
      const failed = this.#compareAll(labels);
      if (!failed) return undefined;
      if (!closest || distance(failed) <= distance(closest)) closest = failed;
      // A message that was received is gone: another try would ask for another one.
      if (step.call.endsWith('ReceiveMessage') && hasMessages(answer) && times === 1) break;
      if (!step.call.endsWith('ReceiveMessage')) this.#answers = [...before];
    }
    return closest;
  }

  async #call(step: Call, labels: readonly string[]): Promise<Answer> {
    const [service = ''] = step.call.split('.');
    if (READS.test(step.call)) await this.#simulator.advance(0);
    if (!this.#clients.services.has(service)) throw new NotRunnable(`needs the service ${service}`);
    const hints: Hints = {
      recorded: this.#scenario.answers[labels[0] ?? ''],
      partMd5: (input) => partMd5(this.#scenario, input),
      versionIndex: (literal) => versionIndex(this.#scenario, literal),
      bound: (placeholder) => this.#bindings.get(placeholder),
      arnIndex: arnIndex(this.#scenario, this.#index),
      ending: (member) => endingOf(this.#scenario, member),
      dateFor: (member) => this.#dateFor(member),
      zip: (input) => functionZip(this.#scenario, input, ++this.#zips),
    };
    const input = await this.#memory.fill(step.call, step.input, hints);
    const answer = await this.#send(step.call, input);
    refuseMissingOperation(step.call, answer, hints.recorded);
    this.#memory.learn(step.call, step.input, answer);
    this.#answers.push(answer);
    return answer;
  }

  /** Client waits run on the real clock; so the virtual one is moved instead, and nobody waits. */
  async #send(call: string, input: Record<string, unknown>): Promise<Answer> {
    const scope = clientOf(this.#scenario, this.#index, this.#time++);
    const encodes = /s3\.List(Objects|ObjectsV2|ObjectVersions)$/.test(call) && input['EncodingType'] === undefined;
    if (encodes) return decodeKeys(await this.#clients.send(call, { ...input, EncodingType: 'url' }, scope));
    if (!call.endsWith('.ReceiveMessage')) return await this.#clients.send(call, input, scope);
    const waitS = Number(input['WaitTimeSeconds'] ?? 0);
    if (!(waitS >= 0 && waitS <= 20)) return await this.#clients.send(call, input, scope);
    const receive = () => this.#clients.send(call, { ...input, WaitTimeSeconds: 0 }, scope);
    let answer = await receive();
    for (let waitedS = 0; waitedS < waitS && !hasMessages(answer); waitedS++) {
      await this.#simulator.advance(1000);
      answer = await receive();
    }
    return answer;
  }

  #dateFor(member: string): Date {
    const afterStartS = dateAfterStart(this.#scenario, member);
    if (afterStartS !== undefined) return new Date(this.#startMs + afterStartS * 1000);
    return new Date(member === 'EventStartTime' ? this.#startMs - MARGIN_MS : this.#simulator.nowMs());
  }

  #compareAll(
    labels: readonly string[],
  ): { readonly label: string; readonly differences: readonly Difference[] } | undefined {
    let bindings = this.#bindings;
    for (const label of labels) {
      const best = this.#closest(this.#scenario.answers[label], bindings);
      if (best.differences.length > 0) return { label, differences: best.differences };
      bindings = best.bindings;
    }
    this.#bindings = bindings;
    return undefined;
  }

  /** The recording may hold an answer as it is, a part of it, or what was gathered from several. */
  #closest(recorded: Value, bindings: Bindings): Comparison {
    const whole = [...this.#answers].reverse().map((answer) => asShown(recorded, answer));
    let best = compare(recorded, whole[0], bindings);
    for (const candidate of [...whole.slice(1), ...derivedFrom(this.#answers, recorded)]) {
      if (best.differences.length === 0) break;
      const comparison = compare(recorded, candidate, bindings);
      if (distance(comparison) <= distance(best)) best = comparison;
    }
    return best;
  }
}

/** A difference of the whole counts more than many in the parts, and what is not there counts with all its parts. */
const distance = ({ differences }: { readonly differences: readonly Difference[] }): number =>
  differences.reduce((sum, { path, recorded, actual }) => {
    const missing = actual === undefined ? JSON.stringify(recorded).split(',').length : 1;
    return sum + (path === '' ? 1000 : missing);
  }, 0);

/** The answer with what the recording shows in a way of its own. */
function asShown(recorded: Value, answer: Answer): Answer {
  if (!isShape(recorded)) return answer;
  const error = answer['Error'];
  // The recording of a sentence with a position has it without, too.
  if (isShape(recorded['Error']) && '_normalized' in recorded['Error'] && isShape(error)) {
    return { ...answer, Error: { ...error, _normalized: String(error['Message']).split('\n')[0] } };
  }
  // Some SQS errors model their message as a member: boto3 then shows it beside `Error` too.
  if ('message' in recorded && isShape(error) && !('message' in answer))
    return { ...answer, message: error['Message'] };
  // A long body was not written down.
  if (recorded['Body'] === '' && Number(recorded['ContentLength']) > 0) return { ...answer, Body: '' };
  return answer;
}

/** MD5 of a part whose body was left out, from the list that completes the upload. */
function partMd5(scenario: Scenario, { Key, PartNumber }: Shape): string | undefined {
  for (const step of scenario.steps) {
    if ('recorded' in step || step.call !== 's3.CompleteMultipartUpload' || step.input['Key'] !== Key) continue;
    const upload = step.input['MultipartUpload'];
    const parts = (isShape(upload) && Array.isArray(upload['Parts']) ? upload['Parts'] : []) as readonly Shape[];
    const part = parts.find((one) => one['PartNumber'] === PartNumber);
    if (part) return String(part['ETag']);
  }
  return undefined;
}

type Call = Exclude<Step, { readonly recorded: string }>;

function labelsAfter(steps: readonly Step[], index: number): readonly string[] {
  const labels: string[] = [];
  for (let at = index + 1; at < steps.length; at++) {
    const step = steps[at];
    if (!step || !('recorded' in step)) break;
    labels.push(step.recorded);
  }
  return labels;
}

/** Whether a later call uses what this one must therefore have received: the handle of a message, lines of a log. */
function needsMessage(steps: readonly Step[], index: number): boolean {
  const step = steps[index];
  if (!step || 'recorded' in step) return false;
  // The recording tests asked for lines until there were some.
  if (step.call.endsWith('.FilterLogEvents')) return true;
  if (!step.call.endsWith('.ReceiveMessage')) return false;
  for (const later of steps.slice(index + 1)) {
    if ('recorded' in later) continue;
    if (later.call.endsWith('.ReceiveMessage')) return false;
    if (JSON.stringify(later.input).includes('<receipt-handle>')) return true;
  }
  return false;
}

/** Calls whose answer may change by waiting alone. */
const mayBeEarly = (step: Call) =>
  /\.(ReceiveMessage|GetEventSourceMapping|GetFunction|GetFunctionConfiguration|FilterLogEvents|ListMessageMoveTasks|GetQueueAttributes|DescribeReplay|DescribeArchive|DescribeLogStreams|GetLogEvents)$/.test(
    step.call,
  );

/** What S3 sends to a destination once, when it is configured, does not count: the recording tests passed over it. */
const hasMessages = ({ Messages: messages, events }: Answer) =>
  (Array.isArray(messages) && messages.some((message) => !isTestEvent(message as Shape))) ||
  (Array.isArray(events) && events.length > 0);

const codeOf = (value: Value) => (isShape(value) && isShape(value['Error']) ? value['Error']['Code'] : undefined);
const MISSING = new Set<Value>(['UnknownOperationException', 'NotImplemented', 'InvalidAction']);
const isMissing = (answer: Answer) => MISSING.has(codeOf(answer));

/** What the gateway answers for an operation that it does not do, unless AWS answered that too. */
function refuseMissingOperation(call: string, answer: Answer, recorded: Value): void {
  if (isMissing(answer) && codeOf(recorded) !== codeOf(answer)) throw new NotRunnable(`needs the operation ${call}`);
}

/** boto3 asks for URL encoding on its own account and decodes the keys again. */
function decodeKeys(answer: Answer): Answer {
  const decode = (value: Value) => (typeof value === 'string' ? decodeURIComponent(value.replace(/\+/g, ' ')) : value);
  const ENCODED = new Set([
    'Key',
    'Prefix',
    'Delimiter',
    'Marker',
    'NextMarker',
    'StartAfter',
    'KeyMarker',
    'NextKeyMarker',
  ]);
  const walk = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isShape(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, ENCODED.has(key) ? decode(item) : walk(item)]),
    );
  };
  return 'Error' in answer ? answer : (walk(answer) as Answer);
}
