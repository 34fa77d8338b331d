import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { DAY, SECOND } from '../core/clock.ts';
import { durationMs } from '../core/duration.ts';
import { BackendUnavailable, HeadwaterError, ServiceError } from '../core/errors.ts';
import { AdminError } from './admin-error.ts';
import { ADMIN_PATH, type Administered } from './administered.ts';
import { followJournal, readQuery } from './journal-stream.ts';
import { publishRoute, recordRoute, redriveRoute, replayRoute } from './replay-routes.ts';

/** A config file with its archives in it. */
const MAX_BODY = '64mb';
const LONGEST_IDLE_WAIT_MS = 600 * SECOND;
/** Beyond the life of anything that is kept, and far from where dates end. */
const LONGEST_ADVANCE_MS = 36_500 * DAY;

/** The admin API beside health. Every error is JSON: `{ code, message }`. */
export function createApplication(administered: Administered): Express {
  const application = express();
  const routes = express.Router();
  application.disable('x-powered-by');
  application.disable('etag');
  // Before bodies are read as JSON: recorded events come line by line, however many there are.
  routes.post('/publish', publishRoute(administered));
  routes.post('/object-events', express.raw({ limit: MAX_BODY, type: () => true }), objectEvents(administered));
  routes.use(express.json({ limit: MAX_BODY, type: () => true }));
  routes.get('/journal', journal(administered));
  routes.get('/idle', idle(administered));
  routes.get('/clock', clock(administered));
  routes.post('/clock/advance', advance(administered));
  routes.post('/reset', reset(administered));
  routes.post('/apply', apply(administered));
  routes.post('/replay', replayRoute(administered));
  routes.post('/redrive', redriveRoute(administered));
  routes.get('/record', recordRoute(administered));
  routes.get('/config', (_request, response) => void response.json(administered.settings()));
  routes.get('/code/:sha256', code(administered));
  routes.get('/sns/:file', certificate(administered));
  routes.get('/metrics', metrics(administered));
  application.use(ADMIN_PATH, routes);
  application.use((request) => {
    throw new AdminError(404, 'UNKNOWN_PATH', `There is no ${request.method} ${request.originalUrl} in the admin API`);
  });
  application.use(reportError);
  return application;
}

const reportError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const isRefusal = error instanceof HeadwaterError || error instanceof ServiceError;
  const usual = error instanceof BackendUnavailable ? 503 : isRefusal ? 400 : 500;
  const { status = usual, code, type, message } = error;
  response.status(status).json({ code: code ?? type ?? 'INTERNAL', message });
};

/** Where MinIO's webhook target points: what it tells of is done with before it is answered, else MinIO tells it again. */
function objectEvents({ hearObjectEvent }: Administered): RequestHandler {
  return async (request, response) => {
    if (!Buffer.isBuffer(request.body) || request.body.length === 0)
      throw new AdminError(400, 'INVALID_BODY', 'Send a notification as MinIO does');
    await hearObjectEvent(request.body);
    response.status(204).end();
  };
}

function journal({ journal, stopping }: Administered): RequestHandler {
  return async (request, response) => {
    const query = readQuery(request.query);
    if (query === undefined) {
      throw new AdminError(400, 'INVALID_QUERY', '"after" and "limit" take whole numbers, "event" an id, "follow" 1');
    }
    if (query.follow) return followJournal({ journal, stopping }, query, request, response);
    await journal.caughtUp();
    response.json({ entries: journal.read(query), nextOffset: journal.nextOffset });
  };
}

function idle({ idleness, stopping }: Administered): RequestHandler {
  return async (request, response) => {
    const waitMs = wholeNumber(request, 'timeoutMs', LONGEST_IDLE_WAIT_MS);
    const { idle, inFlight, dueNow, nextDueAt = null, ...shared } = await idleness(waitMs, stopping);
    response.json({ idle, inFlight, dueNow, nextDueAt, ...shared });
  };
}

function wholeNumber(request: Request, name: string, max: number): number {
  const text = request.query[name] ?? '0';
  const value = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new AdminError(400, 'INVALID_QUERY', `"${name}" takes a whole number from 0 to ${max}; got ${text}`);
}

function clock({ clock, clockMode }: Administered): RequestHandler {
  return (_request, response) => void response.json({ clock: clockMode, ...instant(clock.nowMs()) });
}

const instant = (nowMs: number) => ({ now: new Date(nowMs).toISOString(), nowMs });

function advance(administered: Administered): RequestHandler {
  return async (request, response) => {
    if (!administered.advance) {
      const message = `The clock is ${administered.clockMode}; only a virtual one can be advanced: start with --clock virtual`;
      throw new AdminError(409, 'CLOCK_NOT_VIRTUAL', message);
    }
    const { by, byMs = typeof by === 'string' ? durationMs(by) : undefined, deadlineMs } = request.body ?? {};
    if (!(typeof byMs === 'number' && byMs >= 0 && byMs <= LONGEST_ADVANCE_MS)) {
      const message = `Send {"byMs": 60000} or {"by": "1h"}, at most 36500d; got ${shown(request.body)}`;
      throw new AdminError(400, 'INVALID_DURATION', message);
    }
    if (deadlineMs !== undefined && !(Number.isFinite(deadlineMs) && deadlineMs >= 0)) {
      throw new AdminError(400, 'INVALID_DURATION', `"deadlineMs" takes milliseconds; got ${shown(deadlineMs)}`);
    }
    const { nowMs, stillRunning } = await administered.advance(byMs, deadlineMs);
    response.json({ ...instant(nowMs), stillRunning });
  };
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';

function reset({ services, reset }: Administered): RequestHandler {
  return async (request, response) => {
    const { services: chosen = services } = request.body ?? {};
    const unknown = Array.isArray(chosen) ? chosen.find((name) => !services.includes(name)) : chosen;
    if (unknown !== undefined) {
      const message = `"services" takes a list out of ${services.join(', ')}; got ${shown(unknown)}`;
      throw new AdminError(400, 'UNKNOWN_SERVICE', message);
    }
    await reset(chosen);
    response.json({ reset: chosen });
  };
}

function apply(administered: Administered): RequestHandler {
  return async (request, response) => void response.json(await administered.apply(request.body));
}

function code(administered: Administered): RequestHandler {
  return async (request, response) => {
    const sha256 = String(request.params['sha256']);
    const bytes = /^[0-9a-f]{64}$/.test(sha256) ? await administered.code(sha256) : undefined;
    if (!bytes) throw new AdminError(404, 'UNKNOWN_CODE', `There is no archive ${sha256}`);
    response.type('application/zip').send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };
}

function certificate({ certificate }: Administered): RequestHandler {
  return async (request, response) => {
    const file = String(request.params['file']);
    const pem = await certificate(file);
    if (pem === undefined) throw new AdminError(404, 'UNKNOWN_CERTIFICATE', `There is no certificate ${file}`);
    response.type('application/x-pem-file').send(pem);
  };
}

/** prometheus.io/docs/instrumenting/exposition_formats */
function metrics({ metrics }: Administered): RequestHandler {
  return async (_request, response) => void response.type('text/plain; version=0.0.4').send(await metrics());
}
