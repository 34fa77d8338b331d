import type { StartReplayCommandInput, StartReplayCommandOutput } from '@aws-sdk/client-eventbridge';
import { type Arn, asArn } from '../../../src/core/arn.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { type Archive, archiveOfArn } from '../archive/archive.ts';
import { busArn, busKey, busOfArn } from '../bus/bus.ts';
import { validation } from '../errors.ts';
import { type Replay, replayArn } from '../replay/replay.ts';
import { ruleOfArn } from '../rule/rule.ts';
import type { EventsService } from '../service.ts';

/** Brings what an archive kept of a time back onto its bus, minute by minute. */
export const startReplay: Operation<EventsService, StartReplayCommandInput, Partial<StartReplayCommandOutput>> = async (
  service,
  input,
  context,
) => {
  const { archiving, clock } = service;
  const [fromMs, toMs] = windowOf(input);
  const archive = await archiveOf(service, input, context);
  const rules = await rulesOf(service, input, archive);
  const name = { account: context.account, region: context.region, name: input.ReplayName ?? '' };
  const replay: Replay = {
    ...{ ...name, arn: replayArn(name), description: input.Description },
    archive: { account: archive.account, region: archive.region, name: archive.name },
    ...{ log: archive.log, bus: archive.bus, rules },
    ...{ fromMs, toMs, state: 'STARTING', startedAtMs: clock.nowMs() },
  };
  await archiving.replays.create(replay);
  await archiving.replaying.begin(replay);
  return { ReplayArn: replay.arn, State: 'STARTING', ReplayStartTime: new Date(replay.startedAtMs) };
};

const invalid = (parameter: string, reason: string) =>
  validation(`Parameter ${parameter} is not valid. Reason: ${reason}`);

function windowOf({ EventStartTime: start, EventEndTime: end }: StartReplayCommandInput): readonly [number, number] {
  const [fromMs, toMs] = [start?.getTime() ?? 0, end?.getTime() ?? 0];
  if (fromMs < toMs) return [fromMs, toMs];
  throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
}

async function archiveOf(
  { archiving }: EventsService,
  { EventSourceArn = '', Destination }: StartReplayCommandInput,
  context: RequestContext,
): Promise<Archive> {
  const bus = busOfArn(Destination?.Arn ?? '');
  // Text unverified.
  if (!bus) throw invalid('Destination.Arn', 'Must contain an event bus ARN.');
  const named = archiveOfArn(EventSourceArn);
  const archive = named && isOf(named, context) ? await archiving.archives.find(named) : undefined;
  if (!archive) throw invalid('EventSourceArn', `Archive ${named?.name ?? EventSourceArn} does not exist.`);
  if (busKey(bus) !== busKey(archive.bus)) {
    throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
  }
  return archive;
}

const isOf = (one: { account: string; region: string }, other: RequestContext) =>
  one.account === other.account && one.region === other.region;

/** A rule that is not there would silently replay nothing. Texts unverified. */
async function rulesOf(
  { rules }: EventsService,
  { Destination }: StartReplayCommandInput,
  { bus }: Archive,
): Promise<readonly Arn[] | undefined> {
  const arns = Destination?.FilterArns ?? [];
  for (const arn of arns) {
    const named = ruleOfArn(arn);
    const isThere = named && busKey(named.bus) === busKey(bus) && (await rules.find(named.bus, named.name));
    if (!isThere) throw invalid('Destination.FilterArns', `Rule ${arn} does not exist on ${busArn(bus)}.`);
  }
  return arns.length > 0 ? arns.map(asArn) : undefined;
}
