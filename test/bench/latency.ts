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

/** p50 of many events, one at a time. */
export async function latencyOf(headwater: HeadwaterProcess, source: IdleSource): Promise<readonly Row[]> {
  const latency = await openIdle(headwater, source);
  const latencies: number[] = [];
  for (let index = 0; index < SENDS + WARM_UP_SENDS; index++) latencies.push(await latency(index));
  return [{ what: source.what, ours: median(latencies.slice(WARM_UP_SENDS)), unit: 'ms', aim: { value: 5 } }];
}
