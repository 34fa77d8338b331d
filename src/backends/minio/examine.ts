import { SECOND } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import { systemRandom } from '../../core/random.ts';
import { targetArn, targetSettings } from './capture/subscription.ts';
import { type MinioLink, type MinioOptions, openMinio } from './link.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';

/** Requests are signed by this machine's clock, and MinIO refuses what is a quarter of an hour off. */
const CLOCK_TOLERANCE_MS = 5 * SECOND;
const NEEDED = 's3:* on arn:aws:s3:::*';

/**
 * Looks at MinIO as it would be used: whether it answers, takes the keys, tells of what others do, and has the same time.
 *
 * @param options.list the list in Redis that is read for its events; absent where there is no Redis
 */
export async function examineMinio(
  options: Omit<MinioOptions, 'told'> & { readonly list?: string | undefined },
): Promise<readonly Finding[]> {
  await using minio = await openMinio({ ...options, told: () => {} });
  const info = await readServerInfo(minio);
  const version = info ? `, version ${info.version}` : '';
  return [
    finding('minio', 'ok', `${minio.name}${version}, region ${minio.region}`),
    await lookAtPermissions(minio),
    ...(info ? lookAtTargets(info, options.list) : [UNKNOWN_TARGETS]),
    ...(info ? [lookAtClock(info)] : []),
  ];
}

const finding = (what: string, level: Finding['level'], found: string): Finding => ({ what, found, level });

const UNKNOWN_TARGETS = finding(
  'minio events',
  'warning',
  'these keys may not ask which notification targets there are; give them admin:ServerInfo to have that looked at',
);

/** Whether buckets can be listed and made; nothing is left behind. */
async function lookAtPermissions(minio: MinioLink): Promise<Finding> {
  const what = 'minio permissions';
  const bucket = `headwater-doctor-${systemRandom.uuid()}`;
  try {
    await minio.use((client) => client.listBuckets());
    await (await minio.ask({ method: 'PUT', bucket })).text();
    await (await minio.ask({ method: 'DELETE', bucket })).text();
    return finding(what, 'ok', 'buckets may be listed, made and removed');
  } catch (error) {
    return finding(what, 'problem', `${(error as Error).message}; give the keys a policy with ${NEEDED}`);
  }
}

/** Whether files that are written straight to MinIO will be noticed. */
function lookAtTargets({ targets, offline, environment }: ServerInfo, list: string | undefined): readonly Finding[] {
  const what = 'minio events';
  const redis = targetArn(targets, 'redis');
  const webhook = targetArn(targets, 'webhook');
  if (list !== undefined && redis) return [lookAtRedisTarget({ offline, environment }, list)];
  if (webhook) {
    const found = `by the webhook ${environment['MINIO_NOTIFY_WEBHOOK_ENDPOINT_HEADWATER'] ?? ''}`;
    return [finding(what, 'ok', `files written straight to MinIO are told of ${found}`)];
  }
  const remedy = list === undefined ? 'use Redis, too (--redis), and start MinIO with' : 'start MinIO with';
  const settings = targetSettings(list ?? 'headwater:s3:events');
  return [finding(what, 'warning', `files written straight to MinIO are not noticed; ${remedy} ${settings}`)];
}

function lookAtRedisTarget(
  { offline, environment }: Pick<ServerInfo, 'offline' | 'environment'>,
  list: string,
): Finding {
  const what = 'minio events';
  const key = environment['MINIO_NOTIFY_REDIS_KEY_HEADWATER'] ?? list;
  const format = environment['MINIO_NOTIFY_REDIS_FORMAT_HEADWATER'] ?? 'access';
  if (key !== list || format !== 'access') {
    const found = `MinIO writes to ${key} in the ${format} format; start it with ${targetSettings(list)}`;
    return finding(what, 'problem', found);
  }
  const address = environment['MINIO_NOTIFY_REDIS_ADDRESS_HEADWATER'] ?? 'an address that it does not tell';
  if (offline.includes('redis HEADWATER')) {
    return finding(
      what,
      'problem',
      `MinIO does not reach Redis at ${address}: what happens meanwhile is lost; start it`,
    );
  }
  return finding(what, 'ok', `MinIO tells Redis at ${address}; it must be the one that --redis names`);
}

function lookAtClock({ clockDifferenceMs }: ServerInfo): Finding {
  const found = `${clockDifferenceMs} ms from this machine's`;
  if (Math.abs(clockDifferenceMs) <= CLOCK_TOLERANCE_MS) return finding('minio clock', 'ok', found);
  return finding('minio clock', 'warning', `${found}: requests are refused beyond 15 minutes; set both by NTP`);
}
