import type { TargetDeclaration } from '../declarations/target.ts';
import type { Applying } from './applying.ts';
import { existingArn } from './existing-arn.ts';

/** The ARN of a declared target, which has to be there unless its ARN is given. */
export async function targetArn(
  applying: Pick<Applying, 'call' | 'arnOf'>,
  declared: TargetDeclaration,
): Promise<string> {
  const { function: target, queue, topic, stream, eventBus, logGroup, arn } = declared;
  if (target !== undefined) return await existingArn(applying, 'lambda', target);
  if (queue !== undefined) return await existingArn(applying, 'sqs', queue);
  if (topic !== undefined) return await existingArn(applying, 'sns', topic);
  if (stream !== undefined) return await existingArn(applying, 'kinesis', stream);
  if (eventBus !== undefined) return await existingArn(applying, 'events', eventBus);
  if (logGroup !== undefined) return await existingArn(applying, 'logs', logGroup);
  return arn ?? '';
}

/** What AWS takes as input: a text. */
export const inputText = (input: unknown): string | undefined =>
  input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
