import { expect } from 'vitest';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { Leases } from '../../src/core/ports/leases.ts';

/** Leases whose backend is away: none is ever got, which is all that who waits for one would learn. */
export const awayLeases: Leases = {
  driver: 'away',
  ttlMs: 6000,
  hold: (_name, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
  members: () => Promise.reject(new BackendUnavailable('The backend', 'is away')),
  [Symbol.asyncDispose]: async () => {},
};

/** How a request is refused that is told so at once. */
export const AWAY = { code: 'BACKEND_UNAVAILABLE', message: expect.stringContaining('is away') };
