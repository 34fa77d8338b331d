import type { KafkaLink } from '../backends/kafka/link.ts';
import type { MinioLink } from '../backends/minio/link.ts';
import type { RedisLink } from '../backends/redis/link.ts';
import type { Members } from '../backends/redis/members/members.ts';
import type { BackendSettings } from '../config/options.ts';
import type { BackendState } from '../console/administered.ts';
import { systemRandom } from '../core/random.ts';
import type { Closing } from './closing.ts';

/** The links to the real backends that were chosen; what has none is embedded. */
export interface Backends {
  readonly redis: RedisLink | undefined;
  /** This process among those of its namespace; there where Redis is. */
  readonly members: Members | undefined;
  readonly kafka: KafkaLink | undefined;
  readonly minio: MinioLink | undefined;
}

/** Whether nothing is embedded. */
export const isAllReal = ({ redis, kafka, minio }: Partial<Readonly<Record<keyof Backends, unknown>>>): boolean =>
  redis !== undefined && kafka !== undefined && minio !== undefined;

/**
 * Connects to what was chosen, side by side, and loads nothing else. Rejects with `BACKEND_UNREACHABLE` when one does not
 * answer in time.
 * @param told of waiting, of outages and of their ends
 */
export async function openBackends(
  { redis, kafka, minio, namespace, deadlineMs }: BackendSettings,
  told: (what: string, isFault: boolean) => void,
  closing: Closing[],
): Promise<Backends> {
  const common = { namespace, deadlineMs, told };
  const open = async <Opened extends AsyncDisposable>(opening: Promise<Opened>): Promise<Opened> => {
    const opened = await opening;
    closing.push(async () => await opened[Symbol.asyncDispose]());
    return opened;
  };
  const openings = [
    redis === undefined ? undefined : open(openRedis({ url: redis, ...common })),
    kafka === undefined ? undefined : open(openKafka({ brokers: kafka, ...common })),
    minio === undefined ? undefined : open(openMinio({ url: minio, ...common })),
  ] as const;
  // All of them have settled before one is reported: what was opened then is known, and closed.
  await Promise.allSettled(openings);
  const [redisLink, kafkaLink, minioLink] = await Promise.all(openings);
  if (redisLink) await warnOfLosses(redisLink, told);
  const members = redisLink && (await open(openMembers({ link: redisLink, random: systemRandom })));
  return { redis: redisLink, members, kafka: kafkaLink, minio: minioLink };
}

/** What Redis acknowledges and may lose all the same is said once, at the start. */
async function warnOfLosses(link: RedisLink, told: (what: string, isFault: boolean) => void): Promise<void> {
  const { lookAtDurability } = await import('../backends/redis/connection/durability.ts');
  const findings = await lookAtDurability(link);
  const losses = findings.filter(({ level }) => level !== 'ok').map(({ what, found }) => `${what} ${found}`);
  if (losses.length > 0) told(`${link.name} may lose what it acknowledged: ${losses.join('. ')}`, false);
}

/** Whether each of them answers, by name. */
export const statesOf = ({ redis, kafka, minio }: Backends): Readonly<Record<string, BackendState>> =>
  Object.fromEntries(
    [redis, kafka, minio].flatMap((link) => (link ? [[link.name, link.isAway() ? 'away' : 'available']] : [])),
  );

/** Their names, e.g. `Redis at 127.0.0.1:6379`. */
export const namesOf = ({ redis, kafka, minio }: Backends): readonly string[] =>
  [redis, kafka, minio].flatMap((link) => link?.name ?? []);

const openRedis = async (options: Parameters<typeof import('../backends/redis/link.ts').openRedis>[0]) =>
  (await import('../backends/redis/link.ts')).openRedis(options);
const openKafka = async (options: Parameters<typeof import('../backends/kafka/link.ts').openKafka>[0]) =>
  (await import('../backends/kafka/link.ts')).openKafka(options);
const openMinio = async (options: Parameters<typeof import('../backends/minio/link.ts').openMinio>[0]) =>
  (await import('../backends/minio/link.ts')).openMinio(options);
const openMembers = async (options: Parameters<typeof import('../backends/redis/members/members.ts').openMembers>[0]) =>
  (await import('../backends/redis/members/members.ts')).openMembers(options);
