/**
 * An operand of an expression as it is written: names and values are not looked up yet, functions not checked. What an
 * expression may hold is checked in passes over such nodes, since AWS tells of syntax first, whatever else is wrong.
 */
export type OperandNode = PathNode | ValueNode | CallNode | ArithmeticNode;

/** A document path: its first step is a name. */
export interface PathNode {
  readonly kind: 'path';
  readonly steps: readonly PathStep[];
}

/** A name, maybe a `#placeholder`, or a place in a list. */
export type PathStep = { readonly name: string } | { readonly index: string };

/** A `:placeholder`. */
export interface ValueNode {
  readonly kind: 'value';
  readonly name: string;
}

/** A function with its arguments. */
export interface CallNode {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly OperandNode[];
}

/** A sum or difference, in updates. */
export interface ArithmeticNode {
  readonly kind: 'arithmetic';
  readonly operator: '+' | '-';
  readonly left: OperandNode;
  readonly right: OperandNode;
}

/** The operands within an operand, in the order they are written. */
export function partsOf(node: OperandNode): readonly OperandNode[] {
  switch (node.kind) {
    case 'path':
    case 'value':
      return [];
    case 'call':
      return node.args;
    case 'arithmetic':
      return [node.left, node.right];
  }
}
