import type { Client } from 'minio';
import { realClock } from '../../core/clock.ts';
import { BackendRefused, BackendUnavailable, ServiceError } from '../../core/errors.ts';
import { createListeners } from '../../core/waiting/listeners.ts';
import { createOutage } from '../../core/waiting/outage.ts';
import { untilAnswered } from '../../core/waiting/until-answered.ts';
import { watchedOutage } from '../../core/waiting/watched-outage.ts';
import { type Answer, createExchanger, type Exchange, inTime } from './exchange.ts';
import { OWN_USER_AGENT } from './own-writes.ts';
import { textOf } from './xml.ts';

/** Where MinIO is and how it is used. */
export interface MinioOptions {
  /** `http://access-key:secret-key@host[:port]`, or `https://…`. */
  readonly url: string;
  /** How long to wait for it at the start, in real milliseconds. */
  readonly deadlineMs: number;
  /** Told of waiting at the start, of outages and of their ends. */
  readonly told: (what: string, isFault: boolean) => void;
}

/** What is asked of a bucket, or of an object in it. */
export interface MinioRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly bucket: string;
  readonly key?: string | undefined;
  /** Metadata of an object goes here too: MinIO takes it only where the signature covers it. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Exchange['body'];
}

/**
 * This process's way to MinIO. A request fails with a `BackendUnavailable` when MinIO takes no step for four seconds or
 * cannot serve; what it asked for may have been done or not. None that changes something is sent twice.
 */
export interface MinioLink extends AsyncDisposable {
  /** What people call it, without secrets: `MinIO at 127.0.0.1:9000`. */
  readonly name: string;
  readonly region: string;
  /** Whether it did not answer when it was last asked; it is asked until it does. */
  isAway(): boolean;
  /** Lets the client itself do what has no body. */
  use<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Sends a request over a URL that the client signs. */
  send(request: MinioRequest): Promise<Answer>;
  /** The same; an answer that is no success is thrown as MinIO's own `ServiceError`. */
  ask(request: MinioRequest): Promise<Answer>;
  /** Calls `returned` when MinIO answers again after an outage. */
  onReturn(returned: () => void): Disposable;
}

const DEFAULT_REGION = 'us-east-1';
const SIGNED_FOR_SECONDS = 15 * 60;
/** No bucket of this name is ever made: who asks for it learns the region. */
const PROBE_BUCKET = 'headwater-probe';

/** Connects; rejects with `BACKEND_UNREACHABLE` when MinIO does not answer within the deadline. */
export async function openMinio({ url, deadlineMs, told }: MinioOptions): Promise<MinioLink> {
  const { Client } = await import('minio');
  const { protocol, hostname, port, username, password } = new URL(url);
  const useSSL = protocol === 'https:';
  const name = `MinIO at ${hostname}:${port || (useSSL ? 443 : 80)}`;
  if (username === '' || password === '') {
    throw new BackendRefused(name, 'wants keys; put them into its URL: http://accessKey:secretKey@host:port');
  }
  const connect = (region: string) => {
    const made = new Client({
      endPoint: hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      useSSL,
      accessKey: decodeURIComponent(username),
      secretKey: decodeURIComponent(password),
      region,
    });
    made.setAppInfo(OWN_USER_AGENT, '1');
    return made;
  };
  let client = connect(DEFAULT_REGION);
  const exchange = createExchanger(name);
  const sign = async ({ method, bucket, key = '', query = {} }: MinioRequest) =>
    client.presignedUrl(method, bucket, key, SIGNED_FOR_SECONDS, { ...query });
  const once = async (asked: MinioRequest): Promise<Answer> => {
    const { method, headers = {}, body } = asked;
    const answer = await exchange({ method, url: await sign(asked), headers, body });
    if (answer.status < 500 || answer.status === 501) return answer;
    throw new BackendUnavailable(name, (await refusalOf(answer, whatOf(asked))).message);
  };
  const outage = watchOutages({ name, told, probe: async () => void (await once(PROBE)) });
  const send = (asked: MinioRequest) => outage.during(() => once(asked));
  const close = () => {
    outage[Symbol.dispose]();
    exchange[Symbol.dispose]();
  };
  let region: string;
  try {
    const probe = { name, deadlineMs, told, clock: realClock };
    region = regionOf(await untilAnswered(probe, async () => (await once(PROBE)).text()), name);
  } catch (error) {
    close();
    throw error;
  }
  client = connect(region);
  return {
    ...{ name, region, send, onReturn: outage.onReturn, isAway: outage.isAway },
    use: (work) => outage.during(() => answered(name, work(client))),
    async ask(asked) {
      const answer = await send(asked);
      if (answer.status < 300) return answer;
      throw await refusalOf(answer, whatOf(asked));
    },
    [Symbol.asyncDispose]: async () => close(),
  };
}

const PROBE = { method: 'GET', bucket: PROBE_BUCKET, query: { location: '' } } as const;

/** MinIO names its region when it refuses; a wrong key is the user's mistake and no reason to wait. */
function regionOf(refusal: string, name: string): string {
  const code = textOf(refusal, 'Code');
  if (code === 'InvalidAccessKeyId' || code === 'SignatureDoesNotMatch') {
    throw new BackendRefused(name, `refuses the keys in its URL (${code}); correct them`);
  }
  if (code === undefined && !refusal.includes('<LocationConstraint')) {
    throw new BackendRefused(name, 'does not answer as MinIO does: is it MinIO that listens there?');
  }
  return textOf(refusal, 'Region') || DEFAULT_REGION;
}

/** What the client could not ask is a failure of MinIO; what MinIO refused is refused. */
async function answered<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await inTime(name, work);
  } catch (cause) {
    if (cause instanceof BackendUnavailable) throw cause;
    const { name: kind, code = '', message } = cause as Error & { readonly code?: string };
    if (kind === 'S3Error') throw new ServiceError(code, message, { status: 400 });
    throw new BackendUnavailable(name, message, { cause });
  }
}

const whatOf = ({ method, bucket, key }: MinioRequest) => `${method} ${bucket}${key ? `/${key}` : ''}`;

/**
 * What MinIO said in refusing. It speaks S3: its codes are those that clients know.
 *
 * @param what what was asked for, where MinIO gives no message
 */
export async function refusalOf(answer: Answer, what: string): Promise<ServiceError> {
  const { status, headers } = answer;
  const text = await answer.text();
  const code = textOf(text, 'Code') ?? headers['x-minio-error-code'] ?? 'InternalError';
  return new ServiceError(code, textOf(text, 'Message') ?? `MinIO answered ${status} to ${what}`, { status });
}

/** Says when MinIO goes away and when it is back, once each; while it is away it is asked again and again. */
function watchOutages(options: {
  readonly name: string;
  readonly told: MinioOptions['told'];
  readonly probe: () => Promise<void>;
}) {
  const { name, told, probe } = options;
  const returns = createListeners<'returned'>();
  const closed = new AbortController();
  const outage = watchedOutage(createOutage(name, told), () => probe().then(back), closed.signal);
  const back = () => {
    if (outage.end()) returns.tell('returned');
  };
  return {
    isAway: outage.isNow,
    onReturn: (returned: () => void) => returns.add('returned', returned),
    async during<T>(work: () => Promise<T>): Promise<T> {
      const askedAfter = outage.timesOver();
      try {
        const done = await work();
        back();
        return done;
      } catch (error) {
        const isFault = error instanceof BackendUnavailable && !closed.signal.aborted;
        if (isFault) outage.begin(askedAfter);
        throw error;
      }
    },
    [Symbol.dispose]: () => closed.abort(new Error('closed')),
  };
}
