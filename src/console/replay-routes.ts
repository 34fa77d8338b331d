import { createInterface } from 'node:readline';
import type { Request, RequestHandler, Response } from 'express';
import { MINUTE, realClock } from '../core/clock.ts';
import { type CloudEvent, cloudEventMistake } from '../core/cloud-event.ts';
import { HeadwaterError, ServiceError } from '../core/errors.ts';
import type { Progress, ReplaySummary } from '../core/replay.ts';
import { AdminError } from './admin-error.ts';
import type { Administered } from './administered.ts';
import { type Members, readPublish, readRecord, readRedrive, readReplay } from './replay-request.ts';

/** `POST replay`: one JSON object a line as deliveries are made, the last one a summary. */
export function replayRoute(administered: Administered): RequestHandler {
  return async (request, response) => {
    const { kind, request: wanted } = readReplay(membersOf(request), administered.clock.nowMs());
    const replays = await administered.replays();
    await answerSteps(administered, response, (progress) =>
      kind === 'move' ? replays.moveCheckpoint(wanted, progress) : replays.replay(wanted, progress),
    );
  };
}

/** `POST redrive`, answered as a replay. */
export function redriveRoute(administered: Administered): RequestHandler {
  return async (request, response) => {
    const wanted = readRedrive(membersOf(request));
    const replays = await administered.replays();
    await answerSteps(administered, response, (progress) => replays.redrive(wanted, progress));
  };
}

/** `POST publish`: recorded events, one JSON object a line, answered as a replay. */
export function publishRoute(administered: Administered): RequestHandler {
  return async (request, response) => {
    const wanted = readPublish(request.query);
    const replays = await administered.replays();
    const events = readEvents(request);
    await answerSteps(administered, response, (progress) => replays.publish({ ...wanted, events }, progress));
  };
}

/** `GET record`: the records of a stream, one CloudEvents JSON object a line. */
export function recordRoute(administered: Administered): RequestHandler {
  return async (request, response) => {
    const wanted = readRecord(request.query, administered.clock.nowMs());
    const replays = await administered.replays();
    await answerLines(administered, response, async ({ signal, begin, write }) => {
      await replays.record(wanted, { signal, begin, tell: write });
    });
  };
}

const membersOf = (request: Request): Members => (request.body ?? {}) as Members;

async function* readEvents(request: Request): AsyncGenerator<CloudEvent> {
  let number = 0;
  for await (const line of createInterface({ input: request, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === '') continue;
    const value = parsed(line);
    const mistake = cloudEventMistake(value);
    if (mistake !== undefined) {
      throw new AdminError(400, 'INVALID_EVENT', `Line ${number} is no CloudEvents 1.0 event: ${mistake}`);
    }
    yield value as CloudEvent;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function answerSteps(
  administered: Administered,
  response: Response,
  run: (progress: Progress) => Promise<ReplaySummary>,
): Promise<void> {
  return answerLines(administered, response, async ({ signal, write }) => {
    const summary = await run({ signal, tell: (step) => void write(step) });
    await write({ kind: 'done', ...summary });
  });
}

/** Where lines go; who writes them waits while the client does not read. */
interface Lines {
  /** Aborted when the client goes away or the endpoint stops. */
  readonly signal: AbortSignal;
  /** Answers, though there is no line yet. */
  begin(): void;
  write(line: object): Promise<void>;
}

/** Clients take a connection that is silent for five minutes for a dead one. */
const HEARTBEAT_MS = MINUTE;

/** Streams lines. A refusal before the first is an answer of its own; one behind it is the last line. */
async function answerLines(
  { stopping }: Administered,
  response: Response,
  run: (lines: Lines) => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const signal = AbortSignal.any([stopping, gone.signal]);
  const send = (text: string) => {
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    return response.write(text);
  };
  // Lines that come while the client is slow wait together.
  let draining: Promise<void> | undefined;
  const write = async (line: object) => {
    if (send(`${JSON.stringify(line)}\n`) || signal.aborted) return;
    draining ??= drained(response, signal).then(() => {
      draining = undefined;
    });
    await draining;
  };
  let heart: Disposable | undefined;
  const beat = () => {
    heart?.[Symbol.dispose]();
    send('\n');
    heart = realClock.setTimer(HEARTBEAT_MS, beat);
  };
  heart = realClock.setTimer(HEARTBEAT_MS, beat);
  try {
    await run({ signal, begin: beat, write });
    if (!response.headersSent) send('');
  } catch (error) {
    if (!response.headersSent) throw error;
    send(`${JSON.stringify({ kind: 'refused', ...refusalOf(error) })}\n`);
  } finally {
    heart[Symbol.dispose]();
  }
  response.end();
}

function drained(response: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    response.on('drain', end);
    signal.addEventListener('abort', end);
  });
}

function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = error as Error & { readonly code?: string };
  const isRefusal = error instanceof HeadwaterError || error instanceof ServiceError;
  return { code: isRefusal ? (code ?? 'REFUSED') : 'INTERNAL', message };
}
