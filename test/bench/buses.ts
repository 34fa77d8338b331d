import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { events, exchange, sqs } from '../support/raw-client.ts';
import { idleBus, idleFunction } from './idle-sources.ts';
import { latencyOf } from './latency.ts';
import { cpuMsOf, inParallel, median, type Row } from './measure.ts';

const RULES = 1000;
const CALLS = 1000;
const WIDTH = 8;
const TURNS = 5;
const DETAIL = JSON.stringify({ state: 'running', text: 'x'.repeat(1000) });

/** From an event on an idle bus to its handler, and what an event costs on a bus with many rules. */
export async function measureBuses(headwater: HeadwaterProcess): Promise<readonly Row[]> {
  return [...(await latencyOf(headwater, idleBus, idleFunction())), await manyRules(headwater)];
}

/** With its delivery to a queue; against a bus that has only the rule which matches. */
async function manyRules({ endpoint, process }: HeadwaterProcess): Promise<Row> {
  for (const [bus, rules] of [
    ['few', 1],
    ['many', RULES],
  ] as const)
    await busWithRules(endpoint, bus, rules);
  const cpuMicros = async (EventBusName: string) => {
    const Entries = [{ EventBusName, Source: 'bench', DetailType: 'type-0', Detail: DETAIL }];
    const before = cpuMsOf(process.pid ?? 0);
    await inParallel(CALLS, WIDTH, () => events(endpoint, 'PutEvents', { Entries }));
    await exchange(`${endpoint}/_headwater/idle?timeoutMs=10000`, {});
    return ((cpuMsOf(process.pid ?? 0) - before) * 1000) / CALLS;
  };
  const micros = { ours: [] as number[], floor: [] as number[] };
  for (let turn = 0; turn <= TURNS; turn++) {
    micros.floor.push(await cpuMicros('few'));
    micros.ours.push(await cpuMicros('many'));
  }
  return {
    what: `PutEvents through ${RULES} rules, of which one matches: server CPU`,
    ...{ ours: median(micros.ours.slice(1)), floor: median(micros.floor.slice(1)), floorName: 'one rule' },
    ...{ unit: 'µs', aim: { value: 1.2 } },
  };
}

async function busWithRules(endpoint: string, EventBusName: string, rules: number): Promise<void> {
  await events(endpoint, 'CreateEventBus', { Name: EventBusName });
  await inParallel(rules, WIDTH, async (index) => {
    const EventPattern = JSON.stringify({ source: ['bench'], 'detail-type': [`type-${index}`] });
    await events(endpoint, 'PutRule', { Name: `rule-${index}`, EventBusName, EventPattern });
  });
  await sqs(endpoint, 'CreateQueue', { QueueName: EventBusName });
  const Arn = `arn:aws:sqs:us-east-1:000000000000:${EventBusName}`;
  await events(endpoint, 'PutTargets', { Rule: 'rule-0', EventBusName, Targets: [{ Id: 'queue', Arn }] });
}
