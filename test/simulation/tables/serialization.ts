import { after, effectOf, keyOf, type Model, modelText, textOf } from './model.ts';
import type { TableRequest } from './plan.ts';
import type { Answer } from './send.ts';

/** A request that was sent, with its answer; without one where a crash came before it. */
export interface Sent {
  readonly request: TableRequest;
  readonly answer: Answer | undefined;
}

/** An indivisible part of a request: it happens at some instant or not at all. */
interface Atom {
  readonly request: TableRequest;
  readonly answer: Answer | undefined;
}

/**
 * Whether the requests, in some order, could have made `found` out of the model with just these answers. What was not
 * answered happened whole or not at all; the puts of a batch happen each by itself.
 */
export function isExplained(model: Model, sent: readonly Sent[], found: string, nowMs: number): boolean {
  const atoms = sent.flatMap(({ request, answer }): readonly Atom[] =>
    request.kind === 'batch'
      ? request.writes.map((write) => ({ request: { kind: 'batch', writes: [write] }, answer }))
      : [{ request, answer }],
  );
  return explains(model, atoms, found, nowMs);
}

function explains(model: Model, left: readonly Atom[], found: string, nowMs: number): boolean {
  if (left.every(({ answer }) => answer === undefined) && modelText(model) === found) return true;
  return left.some((atom, index) => {
    const { answer, next } = play(model, atom.request, nowMs);
    if (atom.answer !== undefined && atom.answer !== answer) return false;
    return explains(next, [...left.slice(0, index), ...left.slice(index + 1)], found, nowMs);
  });
}

/** What the request would answer, and the table after it. */
function play(model: Model, request: TableRequest, nowMs: number): { readonly answer: Answer; readonly next: Model } {
  if (request.kind === 'write') {
    const effect = effectOf(model, request.write, nowMs);
    if (effect.code !== 'ok') return { answer: effect.code, next: model };
    const { does } = request.write;
    const isUpdate = typeof does === 'object' && 'update' in does;
    const shown = isUpdate ? effect.item : model.get(keyOf(request.write));
    return { answer: `ok ${textOf(shown)}`, next: after(model, request.write, effect.item) };
  }
  const effects = request.writes.map((write) => ({ write, effect: effectOf(model, write, nowMs) }));
  if (effects.some(({ effect }) => effect.code !== 'ok')) {
    return { answer: `cancelled: ${effects.map(({ effect }) => REASONS[effect.code]).join(', ')}`, next: model };
  }
  const next = effects.reduce(
    (made, { write, effect }) => (effect.code === 'ok' ? after(made, write, effect.item) : made),
    model,
  );
  return { answer: 'ok', next };
}

/** `Code` of a cancellation reason. */
const REASONS = {
  ok: 'None',
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
} as const;
