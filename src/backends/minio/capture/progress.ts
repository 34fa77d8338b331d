import { createHash } from 'node:crypto';
import { MINUTE, SECOND } from '../../../core/clock.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import { changeEntry } from '../../../core/registry/change-entry.ts';

/** Something that was created: two of one key and version differ in when they were stored. */
export interface Creation {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** By MinIO's clock. With a fraction as told by a notification, without one as found in a listing. */
  readonly modifiedAtMs: number;
}

/**
 * Which creations by others have been told of, so that none is told of twice and those that nobody heard of are found: all
 * up to an instant, and of what came after, each.
 */
export interface Progress {
  /** Up to when all was told of; `undefined` before the first. */
  toldUntil(): Promise<number | undefined>;
  isTold(creation: Creation): Promise<boolean>;
  tell(creation: Creation): Promise<void>;
  /** Notes that all was told of that is older than `nowMs` by more than what may still be under way. */
  advance(nowMs: number): Promise<void>;
}

/** How long a notification may be under way. */
const UNDER_WAY_MS = MINUTE;
/** How often it is written down how far all was told of. */
const ADVANCE_MS = 30 * SECOND;

const MARK = 'minio/capture/mark';
const TOLD = 'minio/capture/told/';

/** Keeps it in the registry, where the next process that listens finds it. */
export function createProgress(registry: Registry): Progress {
  const nameOf = ({ bucket, key, versionId, modifiedAtMs }: Creation) => {
    const text = JSON.stringify([bucket, key, versionId ?? null, Math.floor(modifiedAtMs)]);
    return `${TOLD}${instant(modifiedAtMs)}/${createHash('sha256').update(text).digest('base64url').slice(0, 24)}`;
  };
  /** The instants of those of this millisecond: writes of one key at the same time are told of, each. */
  const toldThen = async (creation: Creation) => (await registry.get<readonly number[]>(nameOf(creation)))?.value ?? [];
  const mark = async () => (await registry.get<number>(MARK))?.value;
  return {
    toldUntil: mark,
    async isTold(creation) {
      const told = await toldThen(creation);
      const { modifiedAtMs } = creation;
      return told.some((each) => each === modifiedAtMs || Number.isInteger(each) || Number.isInteger(modifiedAtMs));
    },
    async tell(creation) {
      const { modifiedAtMs } = creation;
      await changeEntry<readonly number[]>(registry, nameOf(creation), (told = []) =>
        told.includes(modifiedAtMs) ? told : [...told, modifiedAtMs],
      );
    },
    async advance(nowMs) {
      const until = nowMs - UNDER_WAY_MS;
      // What was there before anybody listened is not news. One who stood still while another went on takes nothing back.
      const now = await changeEntry<number>(registry, MARK, (present) => {
        if (present === undefined) return nowMs;
        return until - present < ADVANCE_MS ? present : until;
      });
      if (now !== until) return;
      const past = (await registry.list(TOLD)).filter(({ key }) => key < TOLD + instant(until));
      await Promise.all(past.map(({ key }) => registry.remove(key)));
    },
  };
}

const instant = (ms: number) => String(Math.floor(ms)).padStart(14, '0');
