import type { TargetDeclaration } from '../declarations/target.ts';
import type { Applying } from './applying.ts';

/** The ARN of a declared target. */
export function targetArn({ arnOf }: Pick<Applying, 'arnOf'>, declared: TargetDeclaration): string {
  const { function: target, queue, topic, stream, eventBus, logGroup, arn } = declared;
  if (target !== undefined) return arnOf('lambda', target);
  if (queue !== undefined) return arnOf('sqs', queue);
  if (topic !== undefined) return arnOf('sns', topic);
  if (stream !== undefined) return arnOf('kinesis', stream);
  if (eventBus !== undefined) return arnOf('events', eventBus);
  if (logGroup !== undefined) return arnOf('logs', logGroup);
  return arn ?? '';
}

/** What AWS takes as input: a text. */
export const inputText = (input: unknown): string | undefined =>
  input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
