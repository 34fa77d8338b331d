import type { Arn } from '../../../src/core/arn.ts';
import type { ReadFrom } from '../../../src/core/source.ts';
import type { MappingRecord } from './mapping-record.ts';
import type { MappingInput, MappingSettings } from './mapping-settings.ts';

/** What the kind of a mapping's source decides: a queue's messages are taken and settled, a stream's shards are read in order. */
export interface MappingKind {
  /** `StateTransitionReason` of what a user did. */
  readonly stateReason: string;
  /** The settings that a request asks for, found good for this source and function, or AWS's refusal. */
  readSettings(request: SettingsRequest): Promise<MappingSettings>;
  /** AWS's words about a second mapping of the same source and function. */
  twinMessage(twin: Twin): string;
  /** The members of the configuration that this kind has for itself; `undefined` takes one away that others have. */
  members(record: MappingRecord): Record<string, unknown>;
  /** Starts to take from the source. `processed` hears what became of each batch, as `LastProcessingResult` says it. */
  run(record: MappingRecord, processed: (result: string) => void): MappingRunner;
  /** Forgets what is kept of a mapping beside its record; called when it is gone and its runner has drained. */
  forget(uuid: string): Promise<void>;
  /** See `EventSourceMappings.moveCheckpoint`. */
  moveCheckpoint(record: MappingRecord, shardId: string, to: ReadFrom, replay: string | undefined): Promise<void>;
}

/** A mapping that is there already, of the same source and function. */
export interface Twin {
  readonly sourceArn: Arn;
  readonly functionArn: Arn;
  readonly functionName: string;
  readonly uuid: string;
}

/** A request for settings, with what it is checked against. */
export interface SettingsRequest {
  readonly input: MappingInput;
  readonly sourceArn: Arn;
  /** The settings in force; absent when the mapping is to be made. */
  readonly current: MappingSettings | undefined;
  /** 0 when the function is gone. */
  readonly functionTimeoutMs: number;
}

/** A mapping that takes from its source. Its settings are fixed; an update stops it and starts another. */
export interface MappingRunner {
  /** Resolves when it is decided where taking begins: what happens from then on is not missed. */
  readonly ready: Promise<void>;
  /** Takes nothing more, gives back what was not delivered yet; resolves when it has. */
  stop(): Promise<void>;
  /** Resolves when the batches in flight are settled. */
  drained(): Promise<void>;
  /** Somebody moved checkpoints, maybe in another process: those that it works from are looked at again. */
  checkpointsMoved?(): void;
}
