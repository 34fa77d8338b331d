import { asArn } from '../../../src/core/arn.ts';
import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import { HeadwaterError, ServiceError } from '../../../src/core/errors.ts';
import type { TableStore, TableWrite } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { attributeOf } from '../items/item-key.ts';

/**
 * The transactions of the last ten minutes that came with a client's token: such a one is done once, however often it is
 * sent. They are rows of a table of their own, written in the commit of what they stand for.
 */
export interface Tokens {
  /**
   * What writes down that the transaction is done; `undefined` when it was done before. Refuses a token that came with
   * another one.
   */
  mark(token: string, content: string): Promise<readonly TableWrite[] | undefined>;
  forget(): Promise<void>;
}

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const LIFE_MS = 10 * MINUTE;
/** No table of a user's can have this name. */
const TABLE = asArn('arn:aws:dynamodb:::table/$tokens');
/** How many old tokens a transaction takes with it: more than come. */
const FORGOTTEN_AT_ONCE = 10;
const INSTANT_DIGITS = 16;

/** Tokens in the table store; they are forgotten by the clock. */
export function createTokens({ tables, clock }: { readonly tables: TableStore; readonly clock: Clock }): Tokens {
  /** Another process may have forgotten all. */
  const read = (key: string) =>
    tables.read(TABLE, [key]).catch(async (error: unknown) => {
      if (!(error instanceof HeadwaterError && error.code === 'TABLE_MISSING')) throw error;
      await tables.create(TABLE);
      return [undefined];
    });
  const forgetOld = async (nowMs: number): Promise<readonly TableWrite[]> => {
    const range = { partition: '', to: instant(nowMs), limit: FORGOTTEN_AT_ONCE };
    const old = await tables.range(TABLE, '', range);
    return old.map(({ key }) => ({ table: TABLE, key, change: { item: undefined, bytes: 0, entries: [] } }));
  };
  return {
    async mark(token, content) {
      const nowMs = clock.nowMs();
      const key = Buffer.from(token).toString('latin1');
      const [known] = await read(key);
      if (known && nowMs < numberIn(known.item, 'untilMs')) {
        if (textIn(known.item, 'content') === content) return undefined;
        throw new ServiceError(
          'IdempotentParameterMismatchException',
          'The provided client token is already in use with different request parameters',
        );
      }
      const untilMs = nowMs + LIFE_MS;
      const item = { content: { S: content }, untilMs: { N: String(untilMs) } };
      const entries = [{ index: '', partition: '', sort: instant(untilMs) }];
      const old = (await forgetOld(nowMs)).filter((write) => write.key !== key);
      return [{ table: TABLE, key, expected: known?.version ?? 0, change: { item, bytes: 0, entries } }, ...old];
    },
    forget: () => tables.drop(TABLE),
  };
}

const instant = (atMs: number) => String(atMs).padStart(INSTANT_DIGITS, '0');

function numberIn(item: AttributeMap, name: string): number {
  const value = attributeOf(item, name);
  return value && 'N' in value ? Number(value.N) : 0;
}

function textIn(item: AttributeMap, name: string): string {
  const value = attributeOf(item, name);
  return value && 'S' in value ? value.S : '';
}
