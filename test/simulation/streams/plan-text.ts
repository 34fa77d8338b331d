import { FOREVER, type PlannedRecord, type StreamPlan } from './plan.ts';

/** The knobs of a plan and what is special about its records, for people. */
export function planText({
  source,
  shards,
  mapping,
  createAfter,
  faults,
  refusals,
  steps,
}: StreamPlan): readonly string[] {
  const set = Object.entries(mapping).filter(([, value]) => value !== undefined);
  const records = steps.flatMap((step) => (step.do === 'put' ? step.records : []));
  const special = records.filter(({ failures, matches }) => failures > 0 || (mapping.filter && !matches));
  return [
    `${source}, ${shards} ${shards === 1 ? 'shard' : 'shards'}`,
    `mapping: ${set.map(([name, value]) => `${name} ${value}`).join(', ')}; created after ${createAfter} steps`,
    ...(faults.size > 0
      ? [`faults: ${[...faults].map(([at, kind]) => `${kind} at invocation ${at}`).join(', ')}`]
      : []),
    ...(refusals > 0 ? [`the destination refuses ${refusals} records`] : []),
    ...(special.length > 0 ? [`records: ${special.map(recordText).join(', ')}`] : []),
  ];
}

function recordText({ id, failures, matches }: PlannedRecord): string {
  const fails = failures === FOREVER ? 'always fails' : failures > 0 ? `fails ${failures} times` : '';
  return [String(id), fails, matches ? '' : 'is filtered out'].filter((part) => part !== '').join(' ');
}
