import { realClock } from '../../core/clock.ts';
import { ServiceError } from '../../core/errors.ts';
import type { MinioLink } from './link.ts';

/** What MinIO tells its administrator of itself. */
export interface ServerInfo {
  readonly version: string;
  /** ARNs of the targets that it can notify. */
  readonly targets: readonly string[];
  /** The targets that it cannot reach, e.g. `redis HEADWATER`. */
  readonly offline: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How far its clock is ahead of this machine's. */
  readonly clockDifferenceMs: number;
}

interface InfoAnswer {
  readonly sqsARN?: readonly string[] | null;
  readonly services?: {
    readonly notifications?:
      | readonly Readonly<Record<string, readonly Readonly<Record<string, { readonly status?: string }>>[]>>[]
      | null;
  };
  readonly servers?: readonly {
    readonly version?: string;
    readonly minio_env_vars?: Readonly<Record<string, string>>;
  }[];
}

/** Asks the administrator's API; `undefined` when these keys may not. */
export async function readServerInfo(minio: MinioLink): Promise<ServerInfo | undefined> {
  try {
    // MinIO's own API lies below what would be a bucket.
    const asked = { method: 'GET', bucketName: 'minio', objectName: 'admin/v3/info' } as const;
    const answer = await minio.use((client) => client.makeRequestAsync(asked));
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const info = JSON.parse(Buffer.concat(chunks).toString('utf8')) as InfoAnswer;
    const [server] = info.servers ?? [];
    return {
      version: server?.version ?? '',
      targets: info.sqsARN ?? [],
      offline: offlineTargets(info),
      environment: server?.minio_env_vars ?? {},
      clockDifferenceMs: Date.parse(answer.headers.date ?? '') - realClock.nowMs(),
    };
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function offlineTargets({ services }: InfoAnswer): readonly string[] {
  return (services?.notifications ?? []).flatMap((kinds) =>
    Object.entries(kinds).flatMap(([kind, targets]) =>
      targets.flatMap((target) =>
        Object.entries(target).flatMap(([id, { status }]) => (status === 'online' ? [] : `${kind} ${id}`)),
      ),
    ),
  );
}
