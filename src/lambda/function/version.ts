import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Timing } from '../../core/timing.ts';
import {
  type CodeRecord,
  type FunctionRecord,
  type FunctionSettings,
  LATEST,
  type VersionRecord,
  versionInForce,
} from './function-record.ts';
import { withNewRevision } from './revision.ts';

/** What dates and names a change. */
export interface ChangeContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Pick<Timing, 'functionStateDelayMs'>;
}

/** `$LATEST` of a new function: Pending, then Active. */
export function firstVersion(context: ChangeContext, code: CodeRecord, settings: FunctionSettings): VersionRecord {
  return { version: LATEST, ...settlingNow(context, 'create'), build: context.random.uuid(), code, settings };
}

/** The function with other code or settings: InProgress, then Successful; until then the old ones are served. */
export function updateLatest(
  context: ChangeContext,
  record: FunctionRecord,
  change: { readonly code?: CodeRecord; readonly settings?: FunctionSettings },
): FunctionRecord {
  const { replaces: _, ...before } = versionInForce(record.latest, context.clock.nowMs());
  const code = change.code ?? before.code;
  const settings = change.settings ?? before.settings;
  const same = isDeepStrictEqual(code, before.code) && isDeepStrictEqual(settings, before.settings);
  const build = same ? before.build : context.random.uuid();
  return {
    ...record,
    latest: { version: LATEST, ...settlingNow(context, 'update'), build, code, settings, replaces: before },
  };
}

/**
 * Publishes `$LATEST`. Where nothing changed since the last publication, that version is the answer:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html#configuration-versions-config
 *
 * @param options `settling` when it happens within a creation or update, and takes as long as that
 */
export function publishVersion(
  context: ChangeContext,
  record: FunctionRecord,
  options: { readonly description?: string | undefined; readonly settling?: boolean },
): { readonly record: FunctionRecord; readonly version: VersionRecord } {
  const { latest, published } = record;
  const last = published?.build === latest.build ? record.versions[published.version] : undefined;
  if (last) return { record, version: last };
  const { replaces: _, ...current } = latest;
  const number = String(record.lastVersion + 1);
  const version: VersionRecord = {
    ...current,
    version: number,
    ...(options.settling
      ? { settling: 'create', settlesAtMs: latest.settlesAtMs }
      : { settlesAtMs: context.clock.nowMs() }),
    revisionId: context.random.uuid(),
    settlingRevisionId: context.random.uuid(),
    build: `${latest.build}.${number}`,
    settings: { ...current.settings, description: options.description ?? current.settings.description },
  };
  const next: FunctionRecord = {
    ...record,
    versions: { ...record.versions, [number]: version },
    lastVersion: record.lastVersion + 1,
    published: { version: number, build: latest.build },
  };
  return { record: options.settling ? next : withNewRevision(next, LATEST, context.random), version };
}

function settlingNow({ clock, random, timing }: ChangeContext, settling: VersionRecord['settling']) {
  const nowMs = clock.nowMs();
  return {
    settling,
    settlesAtMs: nowMs + timing.functionStateDelayMs,
    settlingRevisionId: random.uuid(),
    revisionId: random.uuid(),
    lastModifiedMs: nowMs,
  };
}
