import { type Arn, asArn, type Scope } from '../../src/core/arn.ts';
import { invalidParameter, missingValue } from './errors.ts';

/** A topic as its ARN names it. */
export interface NamedTopic extends Scope {
  readonly name: string;
  readonly arn: Arn;
}

/** A subscription as its ARN names it: the topic's, and its own id. */
export interface NamedSubscription extends NamedTopic {
  readonly id: string;
}

const ELEMENTS = 6;

/** The topic that a request means; the sentences are recorded. */
export function topicOfArn(arn: string | undefined, parameter: string): NamedTopic {
  const [, , service, region = '', account = '', name = '', ...more] = elements(arn, parameter);
  if (service !== 'sns' || name === '' || more.length > 0) throw invalidParameter(parameter);
  return { region, account, name, arn: asArn(arn ?? '') };
}

/** The subscription that a request means. */
export function subscriptionOfArn(arn: string | undefined): NamedSubscription {
  const [, , service, region = '', account = '', name = '', id = ''] = elements(arn, 'SubscriptionArn');
  if (service !== 'sns') throw invalidParameter('SubscriptionArn');
  if (id === '') throw invalidParameter('SubscriptionId');
  return { region, account, name, id, arn: asArn(arn ?? '') };
}

function elements(arn: string | undefined, parameter: string): readonly string[] {
  if (arn === undefined) throw missingValue(parameter);
  const parts = arn.split(':');
  if (parts.length >= ELEMENTS) return parts;
  throw invalidParameter(`${parameter} Reason: An ARN must have at least ${ELEMENTS} elements, not ${parts.length}`);
}
