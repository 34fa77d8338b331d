import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import type { DocumentPath } from '../path.ts';

/**
 * A checked update: what becomes of an item. All that it computes, it computes of the item as it was.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export interface Update {
  /** In the order they were written; no two overlap. */
  readonly actions: readonly UpdateAction[];
  /** Said when the item holds a value of a type that an action cannot take: the older parameters say it otherwise. */
  readonly typeMismatch: string;
}

/** What happens at one path. */
export type UpdateAction =
  | { readonly kind: 'set'; readonly path: DocumentPath; readonly value: UpdateValue }
  | { readonly kind: 'remove'; readonly path: DocumentPath }
  | { readonly kind: 'add' | 'delete'; readonly path: DocumentPath; readonly value: AttributeValue };

/** What a path is set to. */
export type UpdateValue =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'plus' | 'minus'; readonly left: UpdateValue; readonly right: UpdateValue }
  | { readonly kind: 'if-not-exists'; readonly path: DocumentPath; readonly otherwise: UpdateValue }
  | { readonly kind: 'list-append'; readonly left: UpdateValue; readonly right: UpdateValue };
