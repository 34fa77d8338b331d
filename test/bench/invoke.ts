import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { openRawChannel } from './floors/raw-channel.ts';
import { openLocalDispatcher } from './local-engine.ts';
import { mediansInTurns, type Row } from './measure.ts';
import { openRawClient, postOf, signedFor } from './raw-client.ts';

const TURNS = 8;
const RUNS_PER_TURN = 250;
/** The payload of 1 KB that all three ways carry. */
const PAYLOAD = JSON.stringify({ text: 'x'.repeat(1000) });
/** What all three ways run. */
export const COUNT_BYTES = 'exports.handler = async (event) => ({ bytes: event.text.length });';

/** p50 of a warm invocation, at the dispatcher and over a kept HTTP connection, against the bare Runtime API over TCP. */
export async function measureInvoke(headwater: HeadwaterProcess, rawRuntimeFile: string): Promise<readonly Row[]> {
  const channel = await openRawChannel(rawRuntimeFile, 1);
  await using dispatcher = await openLocalDispatcher(COUNT_BYTES);
  await deploy(headwater.endpoint, 'bench-invoke', await zipOf({ 'index.js': COUNT_BYTES }));
  const client = await openRawClient(headwater.endpoint);
  const headers = { 'content-type': 'application/json', authorization: signedFor('lambda') };
  const request = postOf('/2015-03-31/functions/bench-invoke/invocations', headers, PAYLOAD);
  const { floor, atDispatcher, overHttp } = await mediansInTurns(
    {
      floor: () => channel.invoke(PAYLOAD),
      atDispatcher: () => dispatcher.invoke(Buffer.from(PAYLOAD)),
      overHttp: () => client.call(request),
    },
    TURNS,
    RUNS_PER_TURN,
  );
  client.close();
  channel.close();
  const common = { floor, floorName: 'Runtime API over TCP', unit: 'ms' };
  return [
    { what: 'warm invoke at the dispatcher, p50', ours: atDispatcher, ...common, aim: { value: 2 } },
    { what: 'warm invoke over HTTP, p50', ours: overHttp, ...common, aim: { value: 4 } },
  ];
}
