import { type Arn, parseArn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import { isFifo, type Topic } from '../topic/topic.ts';
import type { Protocol } from './subscription.ts';

/** What can be subscribed. */
export interface Endpoint {
  readonly protocol: Protocol;
  readonly endpoint: string;
}

const PHONE_NUMBER = /^\+?\d+(-\d+)*$/;

type Check = (endpoint: string, topic: Topic) => void;

/** Each protocol with what its endpoints look like; that there is something behind them is found out in delivery. */
const CHECKS: Readonly<Record<Protocol, Check>> = {
  sqs(endpoint, topic) {
    if (parseArn(endpoint)?.service !== 'sqs') throw invalidParameter('SQS endpoint ARN');
    if (endpoint.endsWith('.fifo') && !isFifo(topic)) {
      throw invalidParameter(
        'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
      );
    }
  },
  lambda(endpoint) {
    const arn = parseArn(endpoint);
    if (arn?.service !== 'lambda' || !arn.resource.startsWith('function:')) {
      throw invalidParameter('Lambda endpoint ARN');
    }
  },
  http: (endpoint) => checkUrl(endpoint, 'http:'),
  https: (endpoint) => checkUrl(endpoint, 'https:'),
  firehose(endpoint) {
    if (parseArn(endpoint)?.service !== 'firehose') throw invalidParameter('Firehose endpoint ARN');
  },
  email: checkEmail,
  'email-json': checkEmail,
  sms: checkPhoneNumber,
};

/**
 * Checks what is to be subscribed.
 * @param exists whether anything here takes deliveries to that ARN
 */
export function checkEndpoint(
  topic: Topic,
  given: { readonly Protocol?: string | undefined; readonly Endpoint?: string | undefined },
  exists: (arn: Arn) => boolean,
): Endpoint {
  const { Protocol: protocol = '', Endpoint: endpoint = '' } = given;
  if (protocol === 'application') throw unsupported('the protocol application');
  if (!isProtocol(protocol)) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  // docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
  if (isFifo(topic) && protocol !== 'sqs') throw invalidParameter(`Invalid protocol type: ${protocol}`);
  CHECKS[protocol](endpoint, topic);
  if (protocol === 'firehose' && !exists(endpoint as Arn)) throw unsupported('the protocol firehose');
  return { protocol, endpoint };
}

const isProtocol = (text: string): text is Protocol => Object.hasOwn(CHECKS, text);

function checkUrl(endpoint: string, protocol: string): void {
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== protocol) {
    throw invalidParameter('Endpoint must match the specified protocol');
  }
}

function checkEmail(endpoint: string): void {
  if (!/^[^\s@]+@[^\s@]+$/.test(endpoint)) throw invalidParameter('Email address');
}

/** Its sentence is recorded, without the usual words before it. */
function checkPhoneNumber(endpoint: string): void {
  if (!PHONE_NUMBER.test(endpoint)) throw new ServiceError('InvalidParameter', `Invalid SMS endpoint: ${endpoint}`);
}
