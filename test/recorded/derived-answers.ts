import type { Answer } from './clients.ts';
import { isShape } from './query-client.ts';
import type { Shape, Value } from './scenario.ts';

/**
 * What a recording may hold instead of a whole answer: a part of it, messages and log lines gathered over several calls, or
 * one of the shapes into which the recording tests put them.
 */
export function* derivedFrom(answers: readonly Answer[], recorded: Value): Generator<Value> {
  yield headersOf(answers.at(-1), recorded);
  for (const answer of [...answers].reverse()) {
    yield* partsOf(answer, 4);
    yield { CreateEventSourceMappingResponse: null, CreateFunctionResponse: answer };
    yield validationErrors(answer);
    yield sentenceOf(answer, recorded);
    yield tailOf(answer);
  }
  yield { Versions: answers.flatMap(({ VersionId }) => (VersionId === undefined ? [] : [{ VersionId }])) };
  yield* pagesOf(answers);
  yield* gatheredMessages(answers);
  const lines = listOf(answers.at(-1), 'events').map((event) => parsed((event as Shape)['message']));
  yield lines.filter((line) => isShape(line) || Array.isArray(line));
  const records = lines.filter(isShape).flatMap((line) => listOf(line, 'Records'));
  yield records;
  yield { Records: records };
  for (const record of records) yield* partsOf(record, 1);
}

function* gatheredMessages(answers: readonly Answer[]): Generator<Value> {
  const received = answers
    .flatMap((answer) => listOf(answer, 'Messages') as readonly Shape[])
    .filter((message) => !isTestEvent(message));
  yield* listsOf(received);
  const ids = received.map((message) => message['MessageId']);
  // Some recording tests took each message once, however often it came.
  if (new Set(ids).size < ids.length)
    yield* listsOf(received.filter(({ MessageId: id }, at) => ids.indexOf(id) === at));
}

function* listsOf(messages: readonly Shape[]): Generator<Value> {
  const bodies = messages.map((message) => parsed(message['Body']));
  const records = bodies.flatMap((body) => listOf(body, 'Records'));
  const unwrapped = bodies.flatMap((body) => (Array.isArray(body) ? body : [body]) as Value[]);
  for (const list of [messages, bodies, records, unwrapped]) {
    if (list.length === 0) continue;
    yield list;
    yield { Messages: list };
    yield { messages: list };
    yield { Records: list };
    yield* list;
  }
}

/** What S3 sends to a destination once, when it is configured, be it within a topic's message: the recording tests left it out. */
export const isTestEvent = (message: Shape) => /"s3:TestEvent\\?"/.test(String(message['Body']));

/** The HTTP headers that the recording shows. */
function headersOf(answer: Answer | undefined, recorded: Value): Value {
  const metadata = answer?.['ResponseMetadata'];
  const headers = isShape(metadata) ? metadata['HTTPHeaders'] : undefined;
  if (!isShape(headers) || !isShape(recorded)) return undefined;
  return Object.fromEntries(Object.keys(recorded).flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
}

/** Pages put together, as boto3's paginators do. */
function* pagesOf(answers: readonly Answer[]): Generator<Value> {
  const keys = new Set(answers.flatMap((answer) => Object.keys(answer).filter((key) => Array.isArray(answer[key]))));
  for (const key of keys) yield { [key]: answers.flatMap((answer) => listOf(answer, key)) };
}

/** `2 validation errors detected: A; B` taken apart. */
function validationErrors(answer: Answer): Value {
  const error = answer['Error'];
  if (!isShape(error)) return undefined;
  const [, count, list = ''] = /^(\d+) validation errors? detected: (.*)$/s.exec(String(error['Message'])) ?? [];
  return { Code: error['Code'], Count: Number(count), Errors: list.split('; ') };
}

/** An error as Python prints it. */
function sentenceOf({ Error: error }: Answer, recorded: Value): Value {
  const operation = / when calling the (\w+) operation: /.exec(typeof recorded === 'string' ? recorded : '')?.[1];
  if (!isShape(error) || operation === undefined) return undefined;
  return `An error occurred (${error['Code']}) when calling the ${operation} operation: ${error['Message']}`;
}

/** The lines of an invocation's log tail. */
function tailOf(answer: Answer): Value {
  const tail = Buffer.from(String(answer['LogResult'] ?? ''), 'base64').toString();
  return { logs: tail.match(/[^\n]*\n|[^\n]+$/g) ?? [] };
}

const listOf = (value: Value, key: string): readonly Value[] =>
  isShape(value) && Array.isArray(value[key]) ? value[key] : [];

function* partsOf(value: Value, depth: number): Generator<Value> {
  const document = parsed(value);
  if (depth === 0 || document === null || typeof document !== 'object') return;
  for (const part of Object.values(document) as Value[]) {
    yield part;
    yield* partsOf(part, depth - 1);
  }
}

function parsed(value: Value): Value {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}
