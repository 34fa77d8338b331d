import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import type { Placeholders } from '../../expressions/placeholders.ts';
import type { PathStep, ValueNode } from '../../expressions/syntax/node.ts';

/**
 * The names and values that stand in a statement itself, as placeholders: so its conditions and updates are checked and
 * resolved as those of expressions are, without reserved words.
 */
export class Bindings implements Placeholders {
  readonly #names: string[] = [];
  readonly #values: AttributeValue[] = [];

  /** A step of a path by this name. */
  bindName(name: string): PathStep {
    return { name: `#${this.#names.push(name) - 1}` };
  }

  /** An operand of this value. */
  bindValue(value: AttributeValue): ValueNode {
    return { kind: 'value', name: `:${this.#values.push(value) - 1}` };
  }

  name(placeholder: string): string | undefined {
    return this.#names[Number(placeholder.slice(1))];
  }

  value(placeholder: string): AttributeValue | undefined {
    return this.#values[Number(placeholder.slice(1))];
  }

  /** All are used. */
  refuseUnused(): void {}
}
