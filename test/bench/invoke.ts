import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, lambda } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { openRawChannel } from './floors/raw-channel.ts';
import { openLocalDispatcher } from './local-engine.ts';
import { medianOf, type Row } from './measure.ts';

const TIMES = 2000;
/** The payload of 1 KB that all three ways carry. */
const PAYLOAD = JSON.stringify({ text: 'x'.repeat(1000) });
/** What all three ways run. */
export const COUNT_BYTES = 'exports.handler = async (event) => ({ bytes: event.text.length });';

/** p50 of a warm invocation, at the dispatcher and over kept HTTP connections, against the bare Runtime API over TCP. */
export async function measureInvoke(headwater: HeadwaterProcess, rawRuntimeFile: string): Promise<readonly Row[]> {
  const channel = await openRawChannel(rawRuntimeFile, 1);
  const floor = await medianOf(TIMES, () => channel.invoke(PAYLOAD));
  channel.close();

  await using dispatcher = await openLocalDispatcher(COUNT_BYTES);
  const atDispatcher = await medianOf(TIMES, () => dispatcher.invoke(Buffer.from(PAYLOAD)));

  await deploy(headwater.endpoint, 'bench-invoke', await zipOf({ 'index.js': COUNT_BYTES }));
  const overHttp = await medianOf(TIMES, () =>
    lambda(headwater.endpoint, 'POST', '/2015-03-31/functions/bench-invoke/invocations', PAYLOAD),
  );
  const common = { floor, floorName: 'Runtime API over TCP', unit: 'ms' };
  return [
    { what: 'warm invoke at the dispatcher, p50', ours: atDispatcher, ...common, aim: { value: 2 } },
    { what: 'warm invoke over HTTP, p50', ours: overHttp, ...common, aim: { value: 4 } },
  ];
}
