import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';

/** Forgets everything, or one service's part. */
export const reset: Command = {
  name: 'reset',
  summary: 'Forget everything, or what the named services hold; returns once the old work has stopped.',
  takes: '[SERVICE...]',
  flags: endpointFlag,
  examples: ['headwater reset', 'headwater reset sqs', 'headwater reset sns events scheduler'],
  notes: 'SERVICE is one of s3, sqs, sns, events, scheduler, kinesis, dynamodb, lambda, logs, cloudwatch, iam.',
  async run(line) {
    const body = line.positionals.length > 0 ? { services: line.positionals } : {};
    const { reset: done } = await adminClient(line).post('/reset', body);
    console.log(`reset: ${(done as readonly string[]).join(', ')}`);
    return 0;
  },
};
