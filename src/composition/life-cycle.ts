import type { Closing } from './closing.ts';

/** What runs functions. */
interface Running {
  readonly invoker: AsyncDisposable;
  readonly lambda: { close(): Promise<void> };
  readonly dispatcher: { close: Closing };
  readonly mappings: { close: Closing };
}

/** What ends by itself once it is told to. */
type Closable = Readonly<Record<string, { close(): Promise<void> }>>;

/**
 * In the order in which they were opened: what publishes closes first, what is told of everything last. While events and
 * invocations in progress are brought to their end, functions still reach the endpoint.
 */
export function closingsOf(
  telemetry: Closable,
  { invoker, lambda, dispatcher, mappings }: Running,
  lastAnswers: Closing,
  connectors: Closable,
): readonly Closing[] {
  const closings = (parts: Closable) => Object.values(parts).map((part) => () => part.close());
  return [
    ...closings(telemetry),
    async () => await invoker[Symbol.asyncDispose](),
    () => lambda.close(),
    lastAnswers,
    (deadlineMs) => dispatcher.close(deadlineMs),
    (deadlineMs) => mappings.close(deadlineMs),
    ...closings(connectors),
  ];
}

interface Resettable {
  reset(): Promise<void>;
}

/** What each service does to forget, by the name it can be reset by. */
export function resetsOf(
  lambda: readonly Resettable[],
  others: Readonly<Record<string, Resettable>>,
): Readonly<Record<string, () => Promise<void>>> {
  return {
    async lambda() {
      for (const part of lambda) await part.reset();
    },
    ...Object.fromEntries(Object.entries(others).map(([name, part]) => [name, () => part.reset()])),
  };
}
