import type { Arn, Scope } from '../../../src/core/arn.ts';
import { DYNAMODB } from '../table/table.ts';
import type { PayloadContext } from './change-payload.ts';

/** From where to where changes go. */
export interface Route extends Omit<PayloadContext, 'precision'> {
  readonly tableArn: Arn;
  /** Where changes wait. */
  readonly log: Arn;
  readonly streamArn: Arn;
}

/** What the registry keeps of a destination until all was sent. */
export interface StoredRoute extends Route, Scope {
  readonly precision?: PayloadContext['precision'];
  /** Nothing is added to it any more. */
  readonly ending?: true;
}

/** Where the registry keeps it. */
export function routeKey({
  account,
  region,
  tableName,
  log,
}: Pick<StoredRoute, 'account' | 'region' | 'tableName' | 'log'>): string {
  return `${DYNAMODB}${account}/${region}/destination/${tableName}/${log.slice(log.lastIndexOf('/') + 1)}`;
}

/** Whether the registry keeps a route under that key. */
export const isRouteKey = (key: string): boolean => /^[^/]+\/[^/]+\/[^/]+\/destination\//.test(key);
