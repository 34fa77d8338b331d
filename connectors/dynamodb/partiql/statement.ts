import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import type { Condition } from '../expressions/condition/condition.ts';
import type { DocumentPath } from '../expressions/path.ts';
import type { Update } from '../expressions/update/update.ts';

/**
 * A PartiQL statement, read and checked as far as it can be without its table; parameters are in their places.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */
export type Statement = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | ExistsStatement;

/** `SELECT … FROM … WHERE … ORDER BY …` */
export interface SelectStatement {
  readonly kind: 'select';
  readonly table: string;
  readonly index: string | undefined;
  /** `undefined`: all that the table or index has. */
  readonly columns: readonly DocumentPath[] | undefined;
  readonly where: Condition | undefined;
  readonly order: readonly OrderTerm[];
}

/** One of `ORDER BY`. */
export interface OrderTerm {
  readonly name: string;
  readonly descending: boolean;
}

/** `INSERT INTO … VALUE …` */
export interface InsertStatement {
  readonly kind: 'insert';
  readonly table: string;
  readonly item: AttributeMap;
}

/** `UPDATE … SET … REMOVE … WHERE …`, or the same that begins with `FROM`. */
export interface UpdateStatement {
  readonly kind: 'update';
  readonly table: string;
  readonly update: Update;
  readonly where: Condition | undefined;
  readonly returning: Returning | undefined;
}

/** `DELETE FROM … WHERE …` */
export interface DeleteStatement {
  readonly kind: 'delete';
  readonly table: string;
  readonly where: Condition | undefined;
  readonly returning: Returning | undefined;
}

/** `EXISTS(SELECT …)`, in transactions. */
export interface ExistsStatement {
  readonly kind: 'exists';
  readonly select: SelectStatement;
}

/** What `RETURNING … *` names. */
export type Returning = 'ALL OLD' | 'MODIFIED OLD' | 'ALL NEW' | 'MODIFIED NEW';
