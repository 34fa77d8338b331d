// Leases of one process, which shares with nobody.
import { describe } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { describeLeases } from './leases.ts';

describe('embedded leases', () => describeLeases(async () => openLeases()));
