import { expect, vi } from 'vitest';
import { SECOND } from '../../src/core/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { Product } from './product.ts';
import type { Traffic } from './traffic.ts';

/** What has to come back, be looked at again or be due first. */
export const EVENTUALLY = { timeout: 60 * SECOND, interval: 20 };

/** Each message that was acknowledged is handled, then nothing is left to do. */
export async function allAreHandled({ handled, headwater }: Product, { acknowledged }: Traffic): Promise<void> {
  const lost = () => [...acknowledged].filter((each) => !handled.has(each));
  // What was taken while the answer got lost comes back when its visibility timeout passes.
  await vi.waitFor(() => expect(lost()).toEqual([]), EVENTUALLY);
  expect(await headwater.idle(PATIENCE_MS)).toMatchObject({ idle: true });
}
