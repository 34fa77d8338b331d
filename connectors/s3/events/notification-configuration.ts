import type { Event, FilterRule, NotificationConfiguration, NotificationConfigurationFilter } from '@aws-sdk/client-s3';
import { parseArn } from '../../../src/core/arn.ts';
import type { NotificationConfiguration as Matching, ObjectEventName } from '../../../src/core/records/s3-event.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import { expandEventType } from './notification-events.ts';

/** One rule of a notification configuration, whatever its destination. */
export interface Rule {
  readonly kind: DestinationKind;
  readonly id: string;
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly hasFilter: boolean;
}

/** As the XML names destinations. */
export type DestinationKind = 'Topic' | 'Queue' | 'CloudFunction';

interface Stored {
  readonly Id?: string | undefined;
  readonly Events?: Event[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

const SERVICES: Readonly<Record<DestinationKind, string>> = { Topic: 'sns', Queue: 'sqs', CloudFunction: 'lambda' };

/** The configuration as it is stored and shown: with ids, and filter names as AWS writes them. */
export function storedConfiguration(given: NotificationConfiguration, newId: () => string): NotificationConfiguration {
  const settled = <Item extends Stored>(items: readonly Item[] | undefined) =>
    items?.map((item) => ({
      ...item,
      Id: item.Id || newId(),
      ...(item.Filter ? { Filter: shownFilter(item.Filter) } : {}),
    }));
  return {
    TopicConfigurations: settled(given.TopicConfigurations),
    QueueConfigurations: settled(given.QueueConfigurations),
    LambdaFunctionConfigurations: settled(given.LambdaFunctionConfigurations),
    EventBridgeConfiguration: given.EventBridgeConfiguration,
  };
}

/** All rules, checked as far as that needs no other service. ARNs come first, as on AWS. */
export function rulesOf(configuration: NotificationConfiguration): readonly Rule[] {
  const named = [
    ...(configuration.TopicConfigurations ?? []).map((item) => ['Topic', item.TopicArn, item] as const),
    ...(configuration.QueueConfigurations ?? []).map((item) => ['Queue', item.QueueArn, item] as const),
    ...(configuration.LambdaFunctionConfigurations ?? []).map(
      (item) => ['CloudFunction', item.LambdaFunctionArn, item] as const,
    ),
  ];
  for (const [kind, arn] of named) checkArn(kind, arn);
  const rules = named.map(([kind, arn = '', item]) => toRule(kind, arn, item));
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    throw invalidArgument('Same ID used for multiple configurations. IDs must be unique');
  }
  return rules;
}

function checkArn(kind: DestinationKind, arn: string | undefined): void {
  if (arn !== undefined && parseArn(arn)?.service === SERVICES[kind]) return;
  throw invalidArgument('The ARN could not be parsed', { ArgumentName: kind, ArgumentValue: arn ?? '' });
}

function toRule(kind: DestinationKind, arn: string, { Id = '', Events, Filter }: Stored): Rule {
  if (!Events || Events.length === 0) throw malformedXml();
  for (const type of Events) {
    if (expandEventType(type)) continue;
    throw invalidArgument('A specified event is not supported for notifications', {
      ArgumentName: 'Event',
      ArgumentValue: type,
    });
  }
  const rules = Filter?.Key?.FilterRules ?? [];
  const value = (name: string) => rules.find(({ Name }) => Name === name)?.Value ?? '';
  return {
    kind,
    id: Id,
    arn,
    events: Events,
    prefix: value('Prefix'),
    suffix: value('Suffix'),
    hasFilter: rules.length > 0,
  };
}

function shownFilter(filter: NotificationConfigurationFilter): NotificationConfigurationFilter {
  const names = new Set<string>();
  const FilterRules = (filter.Key?.FilterRules ?? []).map(({ Name = '', Value = '' }): FilterRule => {
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', {
        ArgumentName: 'FilterRule.Name',
        ArgumentValue: Name,
      });
    }
    if (names.has(name)) throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`);
    names.add(name);
    return { Name: (name === 'prefix' ? 'Prefix' : 'Suffix') as NonNullable<FilterRule['Name']>, Value };
  });
  return { Key: { FilterRules } };
}

/** The configuration of a bucket as matching needs it. */
export function matchingConfiguration({ account, region, notification }: Bucket): Matching {
  const configuration = notification ?? {};
  return {
    account,
    region,
    rules: rulesOf(configuration).map(({ id, arn, events, prefix, suffix }) => ({
      id,
      destination: arn,
      events,
      prefix,
      suffix,
    })),
    eventBridge: configuration.EventBridgeConfiguration !== undefined,
  };
}

/** Whether anybody asked for events of that name, whatever the keys. */
export function isAskedFor(eventName: ObjectEventName, bucket: Bucket): boolean {
  const { rules, eventBridge } = matchingConfiguration(bucket);
  const covers = (type: string) => expandEventType(type)?.includes(`s3:${eventName}`) ?? false;
  return eventBridge || rules.some(({ events }) => events.some(covers));
}
