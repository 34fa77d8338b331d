import type { ContinuousBackupsDescription } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../src/core/arn.ts';
import { DAY } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { type PointInTimeRecovery, type Table, tableOfArn } from './table.ts';
import type { TableFinder } from './table-directory.ts';

/** How far back a table could be restored unless less was asked for. */
export const DEFAULT_RECOVERY_DAYS = 35;

/** The table of a request about backups; refuses when there is none. */
export async function tableWithBackups(tables: TableFinder, scope: Scope, nameOrArn: string = ''): Promise<Table> {
  const table = await tables.find(scope, nameOrArn);
  if (table) return table;
  throw new ServiceError('TableNotFoundException', `Table not found: ${tableOfArn(nameOrArn)?.name ?? nameOrArn}`);
}

/** What AWS says of a table's backups. */
export function describeBackups(
  recovery: PointInTimeRecovery | undefined,
  nowMs: number,
): ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: recovery?.enabled
      ? {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: new Date(Math.max(recovery.sinceMs, nowMs - recovery.days * DAY)),
          LatestRestorableDateTime: new Date(nowMs),
        }
      : { PointInTimeRecoveryStatus: 'DISABLED' },
  };
}
