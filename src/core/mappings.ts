import type { Arn } from './arn.ts';
import type { RequestContext } from './operation.ts';
import type { ReadFrom } from './source.ts';

/** Event source mappings as `src/lambda/api` serves them; `mappings/poll` keeps the rules and runs them. Shapes are the SDK's. */
export interface EventSourceMappings extends AsyncDisposable {
  create(input: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  get(uuid: string, context: RequestContext): Promise<Record<string, unknown>>;
  list(query: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  update(input: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  remove(uuid: string, context: RequestContext): Promise<Record<string, unknown>>;
  /** Tags by the mapping's ARN; `undefined` when there is none. */
  tags(arn: string): Promise<Readonly<Record<string, string>> | undefined>;
  setTags(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** What replay must know of a mapping, in whatever account; `undefined` when there is none. */
  facts(uuid: string): MappingFacts | undefined;
  /** The same of all mappings that take from a source. */
  factsOf(sourceArn: Arn): readonly MappingFacts[];
  /**
   * Moves where a stream's mapping stands in a shard: what lies behind that place is delivered, again where it was before.
   * Open retries of the shard end. Rejects with a `HeadwaterError`: `UNKNOWN_MAPPING`, `NOT_A_STREAM` or `UNKNOWN_SHARD`.
   * @param replay what the journal calls the deliveries of what had been delivered before
   */
  moveCheckpoint(uuid: string, shardId: string, to: ReadFrom, replay?: string): Promise<void>;
}

/** A mapping without its life. */
export interface MappingFacts {
  readonly uuid: string;
  readonly sourceArn: Arn;
  readonly functionArn: Arn;
  readonly batchSize: number;
  /** Patterns; empty lets all pass. */
  readonly filters: readonly string[];
  /** Batches of one shard that run side by side; 1 for a queue. */
  readonly parallelizationFactor: number;
  /** The function answers which items of a batch failed. */
  readonly reportsItemFailures: boolean;
}
