import type { Admin, ConfigResourceTypes } from 'kafkajs';
import { HOUR, MINUTE } from '../../../core/clock.ts';
import { clusterFault } from './cluster-fault.ts';

/** What the protocol calls them. The client's own names cannot be imported from where it is a module. */
const TOPIC: ConfigResourceTypes = 2;
const BROKER: ConfigResourceTypes = 4;

/** Of a broker's settings for topics without their own, the first that has a value counts; each in its unit. */
const BROKER_SETTINGS = { 'log.retention.ms': 1, 'log.retention.minutes': MINUTE, 'log.retention.hours': HOUR };

/**
 * How long a topic keeps a record; infinite when it keeps them all. AWS asks for the right to describe the cluster's settings,
 * not the topic's: who has no more than that is told what the cluster does with topics that have none of their own.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
 */
export async function retentionMsOf(admin: Admin, topic: string): Promise<number> {
  try {
    const settings = await settingsOf(admin, TOPIC, topic, ['retention.ms']);
    return endless(Number(settings.get('retention.ms') ?? -1));
  } catch (error) {
    if (clusterFault([], error).kind !== 'not-authorized') throw error;
  }
  const { brokers } = await admin.describeCluster();
  const settings = await settingsOf(admin, BROKER, String(brokers[0]?.nodeId), Object.keys(BROKER_SETTINGS));
  const [name, unitMs] = Object.entries(BROKER_SETTINGS).find(([each]) => settings.has(each)) ?? ['', 1];
  return endless(Number(settings.get(name) ?? -1) * unitMs);
}

const endless = (ms: number) => (ms < 0 ? Number.POSITIVE_INFINITY : ms);

/** Those that have a value. */
async function settingsOf(
  admin: Admin,
  type: ConfigResourceTypes,
  name: string,
  configNames: string[],
): Promise<ReadonlyMap<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type, name, configNames }],
  });
  const entries = (resources[0]?.configEntries ?? []) as readonly {
    readonly configName: string;
    readonly configValue: string | null;
  }[];
  return new Map(
    entries.flatMap(({ configName, configValue }) => (configValue ? [[configName, configValue] as const] : [])),
  );
}
