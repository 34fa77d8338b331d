import { createHash } from 'node:crypto';
import { createArnIds } from './arn-ids.ts';
import { ACCOUNT, type Answer, REGION } from './clients.ts';
import { wholeOf } from './cut-text.ts';
import { isShape } from './query-client.ts';
import type { Shape, Value } from './scenario.ts';
import { createStreamIds } from './stream-ids.ts';

/** What earlier answers gave, from which later inputs take their ids. */
export interface Memory {
  /** Remembers the ids in an answer. */
  learn(call: string, input: Shape, answer: Answer): void;
  /** The input with each placeholder replaced; binary members as bytes. */
  fill(call: string, input: Shape, hints: Hints): Promise<Record<string, unknown>>;
}

/** What the recorded answer to the call says of it: used to find which version or body is meant. */
export interface Hints {
  readonly recorded: Value;
  /** MD5 of the part with that number, from the call that completes the upload. */
  readonly partMd5: (input: Shape) => string | undefined;
  /** Which of our versions a literal means, where a person found that out. */
  readonly versionIndex: (literal: string) => number | undefined;
  /** The version that a placeholder of the recording was bound to. */
  readonly bound: (placeholder: string) => string | undefined;
  /** Which of the ARNs of one name is meant, where a person found that out. */
  readonly arnIndex: number | undefined;
  /** How a text that was cut ends, where a person found that out. */
  readonly ending: (key: string) => string | undefined;
  /** What a date stands for that was left out: a time on the case's clock. */
  readonly dateFor: (key: string) => Date;
  /** A zip for `<zip>`. */
  readonly zip: (input: Shape) => Promise<Uint8Array>;
}

/** Thrown when an input was cut or left out, so that the call cannot be made. */
export class Unfillable extends Error {}

/** LocalStack's version ids: an increasing number in the first eight characters. */
const VERSION_ID = /AaH9Sn[A-Za-z0-9._]{26}/g;

/** @param steps all that will be asked for: version ids are told apart by their numbers */
export function createMemory(endpoint: string, steps: readonly unknown[]): Memory {
  const literals = JSON.stringify(steps).match(VERSION_ID) ?? [];
  let owner = RECORDED_OWNER;
  let handles: { readonly handle: string; deleted: boolean }[] = [];
  let uuid = NO_SUCH_ID;
  let revision = '';
  let lastUpload = '';
  let listedKey = '';
  let taskHandle = '';
  let logStream = '';
  /** What a time of the recording's day is on our clock: as much later. */
  let laterMs: number | undefined;
  const streams = createStreamIds();
  const arns = createArnIds(NO_SUCH_ID);
  const uploads = new Map<string, string>();
  const tokens = new Map<string, string>();
  const versions: string[] = [];
  const versionOf = new Map<string, string>();

  const learn = (call: string, input: Shape, answer: Answer): void => {
    const text = (key: string) => (typeof answer[key] === 'string' ? answer[key] : undefined);
    streams.learn(answer);
    arns.learn(answer);
    const logStreams = answer['logStreams'];
    if (Array.isArray(logStreams)) logStream = String((logStreams[0] as Shape | undefined)?.['logStreamName'] ?? '');
    const messages = answer['Messages'];
    if (Array.isArray(messages) && messages.length > 0) {
      handles = messages.map((message) => ({ handle: String((message as Shape)['ReceiptHandle']), deleted: false }));
    }
    uuid = text('UUID') ?? uuid;
    const contents = answer['Contents'];
    if (Array.isArray(contents) && isShape(contents[0])) listedKey = String(contents[0]['Key']);
    owner = ownerIn(answer) ?? owner;
    revision = text('RevisionId') ?? revisionIn(answer) ?? revision;
    taskHandle = text('TaskHandle') ?? taskHandle;
    const upload = text('UploadId');
    if (upload !== undefined && call === 's3.CreateMultipartUpload') {
      lastUpload = upload;
      uploads.set(`${input['Bucket']}/${input['Key']}`, upload);
    }
    const version = text('VersionId');
    const makesVersion =
      /\.(PutObject|CopyObject|CompleteMultipartUpload)$/.test(call) ||
      (call === 's3.DeleteObject' && input['VersionId'] === undefined);
    if (version !== undefined && version !== 'null' && makesVersion) versions.push(version);
    for (const item of Array.isArray(answer['Deleted']) ? answer['Deleted'] : []) {
      const marker = (item as Shape)['DeleteMarkerVersionId'];
      if (typeof marker === 'string' && (item as Shape)['VersionId'] === undefined) versions.push(marker);
    }
    const token =
      text('NextToken') ??
      text('nextToken') ??
      text('NextContinuationToken') ??
      text('ContinuationToken') ??
      text('NextMarker');
    if (token !== undefined) tokens.set(call, token);
  };

  const receiptHandle = (call: string): string => {
    const open = handles.find((entry) => !entry.deleted) ?? handles.at(-1);
    if (!open) throw new Unfillable('no message was received whose handle could be used');
    if (/DeleteMessage/.test(call)) open.deleted = true;
    if (/ChangeMessageVisibilityBatch/.test(call)) handles.push(...handles.splice(handles.indexOf(open), 1));
    return open.handle;
  };

  /** Which of our versions a literal of the recording's stand-in meant: by the answer's placeholder, else by its number. */
  const versionFor = (literal: string, key: string, hints: Hints): string => {
    const known = versionOf.get(literal);
    if (known !== undefined) return known;
    const byAnswer = versionPlaceholder(hints.recorded, key);
    const bound = byAnswer === undefined ? undefined : hints.bound(byAnswer);
    const offsets = [...versionOf].map(([other, ours]) => numberOf(other) - versions.indexOf(ours));
    const first = offsets[0] ?? Math.min(...literals.map(numberOf));
    const index = hints.versionIndex(literal) ?? numberOf(literal) - first;
    const found = (bound !== undefined && versions.includes(bound) ? bound : undefined) ?? versions[index];
    if (found === undefined) throw new Unfillable(`no version known for ${literal}`);
    versionOf.set(literal, found);
    return found;
  };

  const placeholder = (name: string, key: string, call: string, input: Shape): string => {
    if (name === '<endpoint>') return endpoint;
    if (name === '<account>') return ACCOUNT;
    if (name === '<region>') return REGION;
    if (name === '<listed-key>') return listedKey;
    if (name === '<role-arn>') return `arn:aws:iam::${ACCOUNT}:role/lambda-role`;
    if (name === '<receipt-handle>') return receiptHandle(call);
    if (name === '<upload-id>') return uploads.get(`${input['Bucket']}/${input['Key']}`) ?? (lastUpload || 'fakeid');
    if (name === '<uuid>' && key === 'logStreamName') return logStream;
    if (name === '<uuid>') return key === 'RevisionId' ? revision : key === 'UUID' ? uuid : NO_SUCH_ID;
    throw new Unfillable(`${name} in ${key} was left out of the recording`);
  };

  const fillText = (text: string, key: string, call: string, input: Shape, hints: Hints): string => {
    const whole = wholeOf(text, hints.ending(key));
    if (whole !== undefined) return whole;
    if (/…<\d+ (chars|items)>/.test(text)) throw new Unfillable(`${key} was cut in the recording`);
    if (key === 'TaskHandle' && text.startsWith('eyJ') && taskHandle !== '' && !decodes(text, 'doesnt-exist'))
      return taskHandle;
    if (/[tT]oken$|^Marker$/.test(key) && text !== '' && tokens.has(call)) return tokens.get(call) ?? text;
    const versioned = streams
      .fill(text, key)
      .replace(VERSION_ID, (literal) => versionFor(literal, key, hints))
      .replaceAll(RECORDED_OWNER, owner);
    const filled = versioned.replace(
      /<(?:endpoint|account|region|role-arn|receipt-handle|upload-id|uuid|label|zip|listed-key|datetime|BytesIO|ReadFileChunk)>/g,
      (name) => placeholder(name, key, call, input),
    );
    return arns.fill(filled, hints.arnIndex);
  };

  const fillTime = (timestamp: number, hints: Hints): number => {
    laterMs ??= hints.dateFor('timestamp').getTime() - timestamp;
    return timestamp + laterMs;
  };

  const fillValue = async (value: Value, key: string, call: string, input: Shape, hints: Hints): Promise<unknown> => {
    if (value === '<zip>') return await hints.zip(input);
    if (value === '<datetime>' && call.startsWith('events.')) return hints.dateFor(key);
    if (typeof value === 'number' && call === 'logs.PutLogEvents') return fillTime(value, hints);
    if (value === '<BytesIO>' || value === '<ReadFileChunk>') return bodyFor(hints, input);
    if (typeof value === 'string') {
      const text = fillText(value, key, call, input, hints);
      if (key === 'CopySource') return quotedSource(text);
      if (key === 'Timestamp' && call.startsWith('kinesis.')) return new Date(text);
      if (key === 'Time' && call === 'events.PutEvents') return pythonDate(text);
      return isBinary(call, key) ? bytesOf(text) : text;
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await fillValue(item, key, call, input, hints));
      return items;
    }
    if (!isShape(value)) return value;
    const repeat = value['$repeat'];
    if (Array.isArray(repeat)) return String(repeat[0]).repeat(Number(repeat[1]));
    if (key === 'CopySource')
      return quotedSource(
        `${value['Bucket']}/${value['Key']}${value['VersionId'] === undefined ? '' : `?versionId=${fillText(String(value['VersionId']), 'VersionId', call, input, hints)}`}`,
      );
    const filled: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) filled[name] = await fillValue(item, name, call, input, hints);
    return filled;
  };

  return {
    learn,
    fill: async (call, input, hints) => (await fillValue(input, '', call, input, hints)) as Record<string, unknown>,
  };
}

/** boto3 understands a text in place of a date, also with the year at its end. */
const pythonDate = (text: string) => new Date(text.replace(/^(\d\d)-(\d\d)-(\d{4})/, '$3-$1-$2'));

/** Stands for an id where no earlier answer gave one. */
const NO_SUCH_ID = '6f1c2f0a-3a5b-4c7d-8e9f-0a1b2c3d4e5f';
const BINARY_KEYS = new Set(['lambda.Invoke Payload', 'lambda.InvokeAsync InvokeArgs']);
const isBinary = (call: string, key: string) =>
  BINARY_KEYS.has(`${call} ${key}`) ||
  key === 'BinaryValue' ||
  (call.startsWith('kinesis.') && key === 'Data') ||
  (call.startsWith('dynamodb.') && key === 'B');
/** The one byte that the list of calls could not show is the one in the answers. */
const bytesOf = (text: string) => (text === '\ufffd' ? Buffer.from([0x90]) : Buffer.from(text));
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';
const numberOf = (literal: string) =>
  [...literal.slice(0, 8)].reduce((sum, letter) => sum * 64 + ALPHABET.indexOf(letter), 0);
const decodes = (base64: string, word: string) => Buffer.from(base64, 'base64').toString().includes(word);

function revisionIn(answer: Answer): string | undefined {
  const configuration = answer['Configuration'];
  return isShape(configuration) && typeof configuration['RevisionId'] === 'string'
    ? configuration['RevisionId']
    : undefined;
}

/** boto3 percent-encodes a copy source; the JavaScript SDK sends it as it is. */
function quotedSource(source: string): string {
  const [path = '', version] = source.split('?versionId=');
  const quoted = path
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/%7E/g, '~'))
    .join('/');
  return version === undefined ? quoted : `${quoted}?versionId=${version}`;
}

/** Bodies that the recordings left out but that their checksums give away. */
const KNOWN_BODIES = [
  'data',
  'a'.repeat(5_242_881),
  'a'.repeat(10),
  'test content 123',
  'test content 123'.repeat(327_681),
];

function bodyFor(hints: Hints, input: Shape): Uint8Array {
  const recorded = isShape(hints.recorded) ? hints.recorded : {};
  const md5 = String(recorded['ETag'] ?? hints.partMd5(input) ?? '').replaceAll('"', '');
  const body = KNOWN_BODIES.find((known) => createHash('md5').update(known).digest('hex') === md5);
  if (body === undefined && !('Error' in recorded)) throw new Unfillable('a body was left out of the recording');
  return Buffer.from(body ?? 'data');
}

/** The account's canonical user in the recordings' stand-in. */
const RECORDED_OWNER = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a';

function ownerIn(answer: Answer): string | undefined {
  const owner = answer['Owner'];
  return isShape(owner) && typeof owner['ID'] === 'string' ? owner['ID'] : undefined;
}

/** `<version-id:2>`, when the recorded answer names that one under the key, or no other anywhere. */
function versionPlaceholder(recorded: Value, key: string): string | undefined {
  const own = isShape(recorded) ? recorded[key] : undefined;
  if (typeof own === 'string' && own.startsWith('<version-id')) return own;
  const all = new Set(JSON.stringify(recorded ?? '').match(/<version-id:\d+>/g));
  return all.size === 1 ? [...all][0] : undefined;
}
