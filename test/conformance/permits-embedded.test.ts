// Permits of one process, which shares with nobody.
import { describe } from 'vitest';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { describePermits } from './permits.ts';

describe('embedded permits', () => describePermits(async () => openPermits()));
