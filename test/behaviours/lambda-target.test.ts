// Functions as targets of services: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
import { expect, test } from 'vitest';
import { BUCKET, FUNCTION, fakeFunction, never, returned, setUpDispatch } from './dispatch-fakes.ts';

test.each([
  ['s3.amazonaws.com', 's3'],
  ['sns.amazonaws.com', 'sns'],
  ['events.amazonaws.com', 'events'],
  ['scheduler.amazonaws.com', 'schedule'],
  ['logs.us-east-1.amazonaws.com', 'logs'],
  ['lambda.amazonaws.com', 'direct'],
  ['constructor', 'direct'],
])('an invocation by %s is triggered by %s', async (principal, trigger) => {
  const { dispatcher, functions, calls, clock } = setUpDispatch();
  functions.set(
    FUNCTION,
    fakeFunction(() => returned('null')),
  );
  const delivery = { payload: Buffer.from('{}'), principal, sourceArn: BUCKET, eventIds: ['e'] };
  await dispatcher.target.deliver(FUNCTION, delivery, never);
  await clock.advance(0);
  expect(calls[0]?.request).toMatchObject({ trigger });
});
