import { refusedForGood } from '../core/delivery/deliver-to.ts';
import type { InvokeRequest } from '../core/dispatch.ts';
import type { EventSourceKind } from '../core/event.ts';
import type { FunctionDirectory } from '../core/function.ts';
import { limits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import type { DeliveryOutcome, Target } from '../core/target.ts';

/** Who sends, by the service of the delivery's principal. */
const TRIGGERS: ReadonlyMap<string, EventSourceKind> = new Map([
  ['s3', 's3'],
  ['sns', 'sns'],
  ['events', 'events'],
  ['scheduler', 'schedule'],
  ['logs', 'logs'],
]);

/** Principals are `s3.amazonaws.com`, or of a region: `logs.us-east-1.amazonaws.com`. */
const triggerOf = (principal: string) => TRIGGERS.get(principal.split('.')[0] ?? '') ?? 'direct';

/** Functions as targets: a delivery is an asynchronous invocation, with a request id of its own. */
export function createLambdaTarget(options: {
  readonly functions: FunctionDirectory;
  readonly random: Random;
  readonly enqueue: (request: InvokeRequest) => Promise<void>;
}): Target {
  const { functions, random } = options;
  return {
    service: 'lambda',
    async deliver(arn, { payload, principal, traceHeader, eventIds }) {
      if (payload.length > limits.asyncPayloadBytes) return tooLarge(payload.length);
      const found = await functions.resolve(arn);
      if (found.kind === 'missing') {
        return refusedForGood('ResourceNotFoundException', `Function not found: ${found.arn}`);
      }
      const requestId = random.uuid();
      const trigger = triggerOf(principal);
      await options.enqueue({ functionArn: arn, payload, requestId, trigger, traceHeader, eventIds });
      return { kind: 'accepted', id: requestId };
    },
    async describe(arn) {
      const found = await functions.resolve(arn);
      if (found.kind === 'missing') return undefined;
      return { arn, timeoutMs: found.spec.timeoutMs, allows: (request) => functions.allowsInvoke(arn, request) };
    },
  };
}

function tooLarge(bytes: number): DeliveryOutcome {
  return refusedForGood(
    'RequestEntityTooLargeException',
    `${bytes} byte payload is too large for the Event invocation type (limit ${limits.asyncPayloadBytes} bytes)`,
  );
}
