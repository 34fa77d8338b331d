/**
 * When the window of the batch ends whose first record is there now. It runs from the end of the previous invocation; one
 * that passed without records starts over with the first.
 * docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html, "Batching behavior"
 */
export function batchingWindowEndMs(nowMs: number, previousEndMs: number | undefined, windowMs: number): number {
  const running = previousEndMs !== undefined && nowMs < previousEndMs + windowMs;
  return (running ? previousEndMs : nowMs) + windowMs;
}
