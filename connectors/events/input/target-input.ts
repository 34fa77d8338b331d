import { type LosslessJson, parseLosslessJson, toLosslessJson } from '../../../src/core/json/lossless-json.ts';
import { type Arrival, arrivalOf, type BusEvent, eventText, eventTime } from '../event/bus-event.ts';
import type { Rule, RuleTarget } from '../rule/rule.ts';
import { fillTemplate, parseTemplate } from './input-template.ts';
import { parseJsonPath } from './json-path.ts';
import { jsonText } from './json-text.ts';

/** Variables that every template knows. */
export const PREDEFINED: readonly string[] = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event',
  'aws.events.event.ingestion-time',
  'aws.events.event.json',
];

/**
 * What a target gets of an event; `undefined` when its template makes no JSON of it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(
  { Input, InputPath, InputTransformer }: RuleTarget,
  rule: Pick<Rule, 'arn' | 'name'>,
  event: BusEvent,
): string | undefined {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return textAt(InputPath, arrivalOf(event));
  if (InputTransformer === undefined) return eventText(event);
  const arrival = arrivalOf(event);
  const { InputPathsMap: paths = {}, InputTemplate = '' } = InputTransformer;
  return fillTemplate(parseTemplate(InputTemplate), (variable) => {
    const path = paths[variable];
    return path === undefined ? predefined(variable, rule, arrival) : parseJsonPath(path)?.find(arrival.json);
  });
}

/** Nothing there is `null` (unverified). Scalars are JSON too: a string keeps its quotes (recorded). */
function textAt(path: string, { event, json }: Arrival): string {
  if (path === '$') return eventText(event);
  const found = parseJsonPath(path)?.find(json);
  return found === undefined ? 'null' : jsonText(found);
}

function predefined(variable: string, rule: Pick<Rule, 'arn' | 'name'>, arrival: Arrival): LosslessJson | undefined {
  switch (variable) {
    case 'aws.events.rule-arn':
      return toLosslessJson(rule.arn);
    case 'aws.events.rule-name':
      return toLosslessJson(rule.name);
    case 'aws.events.event':
      return withoutDetail(arrival);
    case 'aws.events.event.ingestion-time':
      return toLosslessJson(eventTime(arrival.event.ingestedAtMs));
    case 'aws.events.event.json':
      return parseLosslessJson(eventText(arrival.event));
    default:
      return undefined;
  }
}

/** AWS leaves the detail out of this copy, and spells `detailType` otherwise. */
function withoutDetail({ json }: Arrival): LosslessJson {
  const members = [...json.members].filter(([name]) => name !== 'detail');
  const renamed = members.map(([name, value]) => [name === 'detail-type' ? 'detailType' : name, value] as const);
  return { ...json, members: new Map(renamed) };
}
