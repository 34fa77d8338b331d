import type { TestEventPatternCommandInput, TestEventPatternCommandOutput } from '@aws-sdk/client-eventbridge';
import { parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { validation } from '../errors.ts';
import { readPattern } from '../rule/read-pattern.ts';
import type { EventsService } from '../service.ts';

/** AWS's page names `resources` too; events without it were answered (recorded). */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** Says whether an event matches a pattern. */
export const testEventPattern: Operation<
  EventsService,
  TestEventPatternCommandInput,
  Partial<TestEventPatternCommandOutput>
> = async (_service, { EventPattern = '', Event = '' }) => {
  const event = parseLosslessJson(Event);
  if (event?.kind !== 'object' || !REQUIRED.every((name) => event.members.has(name))) {
    throw validation('Parameter Event is not valid.');
  }
  return { Result: readPattern(EventPattern).matches(event) };
};
