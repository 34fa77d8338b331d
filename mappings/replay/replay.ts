import type { Activity } from '../../src/core/activity.ts';
import { type Arn, asArn, DEFAULT_ACCOUNT, DEFAULT_REGION, formatArn, parseArn } from '../../src/core/arn.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { Journal, JournalReader } from '../../src/core/journal.ts';
import type { EventSourceMappings, MappingFacts } from '../../src/core/mappings.ts';
import type { MoveRequest, Progress, ReplayRequest, ReplaySummary, Replays, Speed } from '../../src/core/replay.ts';
import type { StreamSource } from '../../src/core/source.ts';
import { parseFilters } from '../poll/filter-criteria.ts';
import type { FailureQueue } from './failure/failure-queue.ts';
import { type RedriveParts, redriveQueue, redriveRecords } from './failure/redrive.ts';
import { type JournalReplayParts, replayJournal } from './journal-replay.ts';
import { Pace } from './pace.ts';
import { type PublishParts, publishEvents } from './recording/publishing.ts';
import { recordOnwards, recordRanges } from './recording/recording.ts';
import { requireStream, shardRanges } from './shard-range.ts';
import { replayStream, type StreamReplayParts } from './stream-replay.ts';
import { createStreamSources, type StreamSources } from './stream-sources.ts';

/** What replays are made of. */
export interface ReplayOptions extends StreamReplayParts, PublishParts {
  /** By ARN service. */
  readonly streams: ReadonlyMap<string, StreamSource>;
  readonly mappings: Pick<EventSourceMappings, 'facts' | 'factsOf' | 'moveCheckpoint'>;
  readonly queue: FailureQueue;
  readonly activity: Activity;
  readonly journal: Journal & JournalReader;
}

/** How many records an event has where nobody says it: a mapping's default. */
const BATCH_SIZE = 100;

/** Builds what runs the past again. */
export function createReplay(options: ReplayOptions): Replays {
  const streams = createStreamSources(options.streams);
  const parts: RedriveParts & JournalReplayParts = {
    ...options,
    streams,
    mappingsOf: (arn) => options.mappings.factsOf(arn),
  };
  const underWay = new UnderWay();
  const run = (what: string, speed: Speed, progress: Progress, work: (running: Running) => Promise<void>) =>
    underWay.during(progress.signal, (signal) =>
      runReplay(options, { what, speed, progress: { ...progress, signal }, work }),
    );

  return {
    async replay(request, progress) {
      const { speed, source } = request;
      if (source.kind === 'stream') {
        const chosen = await chooseStream(options, streams, request);
        const { arn, stream } = chosen;
        const ranges = await shardRanges(stream.source, arn, source.range, options.clock.nowMs());
        return await run(`${arn} to ${stream.functionArn}`, speed, progress, (running) =>
          replayStream(options, { ...stream, replay: running.replay }, ranges, running),
        );
      }
      const { range } = source;
      if (range.event !== undefined) await requireEvent(options.journal, range.event);
      const mappedArn = range.mapping === undefined ? undefined : requireMapping(options, range.mapping).functionArn;
      const functionArn = await functionFor(options, request.functionName, mappedArn);
      return await run('the journal', speed, progress, (running) =>
        replayJournal(parts, { replay: running.replay, range, mappedArn, functionArn }, running),
      );
    },
    moveCheckpoint: (request, progress) =>
      run(`a new place for mapping ${request.mapping}`, FULL, progress, (running) =>
        move(options, streams, request, running),
      ),
    async redrive({ from, functionName, available }, progress) {
      const functionArn = await functionFor(options, functionName, 'queue' in from ? from.queue : undefined);
      const what = 'queue' in from ? `the failures in ${from.queue}` : `${from.records.length} failures`;
      return await run(what, FULL, progress, async (running) => {
        const redrive = { ...running, functionArn, available };
        if ('queue' in from) await redriveQueue(parts, redrive, from.queue);
        else await redriveRecords(parts, redrive, from.records);
      });
    },
    async record({ arn, range, follow }, progress) {
      const source = streams.require(arn);
      const ranges = await shardRanges(source, arn, range, options.clock.nowMs());
      progress.begin();
      await underWay.during(progress.signal, (signal) =>
        follow
          ? recordOnwards(source, arn, range, { ...progress, signal })
          : recordRanges(source, arn, ranges, { ...progress, signal }),
      );
    },
    publish: (request, progress) =>
      run('recorded events', request.speed, progress, (running) =>
        publishEvents(options, { ...request, replay: running.replay }, running),
      ),
    stop: () => underWay.stop(),
  };
}

/** Of an event that the journal knows there may be nothing to deliver: that is no mistake. */
async function requireEvent(journal: JournalReader, event: string): Promise<void> {
  await journal.caughtUp();
  if (journal.read({ event, limit: 1 }).length > 0) return;
  throw new HeadwaterError('UNKNOWN_EVENT', `The journal has nothing about ${event}`);
}

const FULL = Number.POSITIVE_INFINITY;

/** The replays that run, so that they can be ended. */
class UnderWay {
  readonly #running = new Set<Promise<unknown>>();
  #stopping = new AbortController();

  async during<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const running = work(AbortSignal.any([signal, this.#stopping.signal]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    await Promise.allSettled(this.#running);
  }
}

/** A replay under way. */
interface Running {
  readonly replay: string;
  readonly pace: Pace;
  readonly progress: Progress;
}

/** Counts what a replay does, and tells the journal where it begins and ends. */
async function runReplay(
  { random, clock, activity, journal }: ReplayOptions,
  {
    what,
    speed,
    progress,
    work,
  }: { what: string; speed: Speed; progress: Progress; work: (running: Running) => Promise<void> },
): Promise<ReplaySummary> {
  const replay = random.uuid();
  const counts = { succeeded: 0, failed: 0, records: 0 };
  const tell: Progress['tell'] = (step) => {
    const isGood =
      step.kind === 'delivered' ? step.outcome === 'ok' : step.kind !== 'left-out' && !('error' in step && step.error);
    counts[isGood ? 'succeeded' : 'failed']++;
    counts.records += step.kind === 'delivered' ? step.records : step.kind === 'published' ? 1 : 0;
    progress.tell(step);
  };
  using pace = new Pace({ clock, activity, speed });
  journal.append({ kind: 'decision', what: `Replay ${replay} of ${what} begins`, detail: { replay } });
  try {
    await work({ replay, pace, progress: { signal: progress.signal, tell } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    journal.append({ kind: 'decision', what: `Replay ${replay} has failed: ${reason}`, detail: { replay, ...counts } });
    throw error;
  }
  const stopped = progress.signal.aborted;
  const end = stopped ? 'was stopped' : 'is done';
  const sums = `${counts.succeeded} succeeded, ${counts.failed} failed`;
  journal.append({ kind: 'decision', what: `Replay ${replay} ${end}: ${sums}`, detail: { replay, ...counts } });
  return { replay, stopped, ...counts };
}

/** Which stream goes to which function, and how: what a mapping says holds where the request says nothing. */
async function chooseStream(options: ReplayOptions, streams: StreamSources, request: ReplayRequest) {
  const given = request.source.kind === 'stream' ? request.source.arn : undefined;
  if (given !== undefined) await requireStream(streams.require(given), given);
  const mapping = chooseMapping(options, request, given);
  const arn = given ?? mapping?.sourceArn;
  if (arn === undefined) {
    throw new HeadwaterError('SOURCE_NEEDED', 'Name what to replay: the ARN of a stream, or a mapping of one');
  }
  const functionArn = (await functionFor(options, request.functionName, arn)) ?? mapping?.functionArn;
  if (functionArn === undefined) {
    throw new HeadwaterError('FUNCTION_NEEDED', `No mapping takes from ${arn}; name a function with --function`);
  }
  const stream = {
    ...{ source: streams.require(arn), sourceArn: arn, functionArn, mapping: mapping?.uuid },
    batchSize: request.batchSize ?? mapping?.batchSize ?? BATCH_SIZE,
    filters: parseFilters(mapping?.filters ?? []),
    reportsItemFailures: mapping?.reportsItemFailures ?? false,
    admits: () => true,
  };
  return { arn, stream };
}

function chooseMapping(options: ReplayOptions, request: ReplayRequest, arn: Arn | undefined): MappingFacts | undefined {
  if (request.mapping !== undefined) {
    const mapping = requireMapping(options, request.mapping);
    if (arn === undefined || mapping.sourceArn === arn) return mapping;
    throw new HeadwaterError(
      'OTHER_SOURCE',
      `Mapping ${mapping.uuid} takes from ${mapping.sourceArn}, not from ${arn}`,
    );
  }
  if (arn === undefined || request.functionName !== undefined) return undefined;
  const [mapping, ...others] = options.mappings.factsOf(arn);
  if (others.length === 0) return mapping;
  const known = [mapping, ...others].map((each) => `${each?.uuid} (${each?.functionArn})`).join(', ');
  throw new HeadwaterError('MAPPING_NEEDED', `Several mappings take from ${arn}; choose one with --mapping: ${known}`);
}

function requireMapping({ mappings }: ReplayOptions, uuid: string): MappingFacts {
  const mapping = mappings.facts(uuid);
  if (mapping) return mapping;
  throw new HeadwaterError('UNKNOWN_MAPPING', `There is no mapping ${uuid}`);
}

/** A name is one in the account and region of what it gets. */
async function functionFor(
  { functions }: ReplayOptions,
  name: string | undefined,
  neighbour: Arn | undefined,
): Promise<Arn | undefined> {
  if (name === undefined) return undefined;
  const { account = DEFAULT_ACCOUNT, region = DEFAULT_REGION } = parseArn(neighbour ?? '') ?? {};
  const arn = parseArn(name)
    ? asArn(name)
    : formatArn({ service: 'lambda', account, region, resource: `function:${name}` });
  const found = await functions.resolve(arn);
  if (found.kind === 'found') return arn;
  throw new HeadwaterError('UNKNOWN_FUNCTION', `There is no function ${arn}`);
}

/** The mapping delivers what lies behind the place again, with all its rules. */
async function move(
  options: ReplayOptions,
  streams: StreamSources,
  request: MoveRequest,
  { replay, progress }: Running,
): Promise<void> {
  const { sourceArn } = requireMapping(options, request.mapping);
  const source = streams.require(sourceArn);
  for (const { shardId, from } of await shardRanges(source, sourceArn, request.range, options.clock.nowMs())) {
    await options.mappings.moveCheckpoint(request.mapping, shardId, from, replay);
    progress.tell({ kind: 'moved', mapping: request.mapping, shardId });
  }
}
