// The journal of one process, in memory.
import { describe } from 'vitest';
import { createJournal } from '../../src/journal/journal.ts';
import { describeJournal } from './journal.ts';

describe('a journal in memory', () => describeJournal(async (options) => createJournal(options)));
