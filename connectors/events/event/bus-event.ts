import type { Scope } from '../../../src/core/arn.ts';
import { SECOND } from '../../../src/core/clock.ts';
import {
  type LosslessJson,
  type LosslessObject,
  parseLosslessJson,
  toLosslessJson,
} from '../../../src/core/json/lossless-json.ts';

/** An event as buses keep it; account and region are those of its sender. */
export interface BusEvent extends Scope {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** A JSON object, without white space; the text of its numbers is as it was sent. */
  readonly detail: string;
  /** When it happened, as its sender says. */
  readonly atMs: number;
  /** When a bus received it first. */
  readonly ingestedAtMs: number;
  readonly traceHeader?: string | undefined;
  /** The replay that brought it back. */
  readonly replayName?: string | undefined;
  /** Whether it was a target of another bus's rule: it is passed on no second time. */
  readonly passedOn?: true | undefined;
}

/** An event with its JSON as values, for patterns. */
export interface Arrival {
  readonly event: BusEvent;
  readonly json: LosslessObject;
}

/** The event ready to be matched. */
export function arrivalOf(
  event: BusEvent,
  detail: LosslessJson | undefined = parseLosslessJson(event.detail),
): Arrival {
  const members = new Map<string, LosslessJson>();
  for (const [name, value] of Object.entries(headOf(event))) members.set(name, toLosslessJson(value));
  members.set('detail', detail ?? toLosslessJson({}));
  return { event, json: { kind: 'object', members, start: 0, end: 0 } };
}

/** What targets and archives see, in AWS's order of members and without white space. */
export function eventText(event: BusEvent): string {
  return `${JSON.stringify(headOf(event)).slice(0, -1)},"detail":${event.detail}}`;
}

/** `2026-01-01T00:00:00Z`: events know no fractions of seconds. */
export const eventTime = (atMs: number): string =>
  `${new Date(Math.floor(atMs / SECOND) * SECOND).toISOString().slice(0, -5)}Z`;

/** All members but the last, the detail. The place of `replay-name` is as recorded. */
function headOf({ id, detailType, source, account, atMs, region, replayName, resources }: BusEvent) {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time: eventTime(atMs),
    region,
    ...(replayName !== undefined && { 'replay-name': replayName }),
    resources,
  };
}
