import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { type IdleSource, idleQueue, idleStream, idleTable, openIdle } from './idle-sources.ts';
import { median, type Row } from './measure.ts';

const SENDS = 200;
const WARM_UP_SENDS = 10;

/** p50 from an event in something idle, over the wire, to the handler's first line. */
export const measureLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> => latencyOf(headwater, idleQueue);
/** The same for an idle stream. */
export const measureStreamLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> =>
  latencyOf(headwater, idleStream);
/** The same for an idle table. */
export const measureTableLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> =>
  latencyOf(headwater, idleTable);

/** p50 of many events, one at a time; in turns with those of a floor, where there is one. */
export async function latencyOf(
  headwater: HeadwaterProcess,
  source: IdleSource,
  floor?: IdleSource,
): Promise<readonly Row[]> {
  const latency = await openIdle(headwater, source);
  const floorLatency = floor && (await openIdle(headwater, floor));
  const [latencies, floors]: [number[], number[]] = [[], []];
  for (let index = 0; index < SENDS + WARM_UP_SENDS; index++) {
    if (floorLatency) floors.push(await floorLatency(index));
    latencies.push(await latency(index));
  }
  const ours = median(latencies.slice(WARM_UP_SENDS));
  if (!floor) return [{ what: source.what, ours, unit: 'ms', aim: { value: 5 } }];
  const floorRow = { floor: median(floors.slice(WARM_UP_SENDS)), floorName: floor.what };
  return [{ what: source.what, ours, ...floorRow, unit: 'ms', aim: { value: 2 } }];
}
