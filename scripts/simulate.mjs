// Runs the simulations from their sources: `npm run simulate -- [streams|tables] [--seeds N] [--seed S]`.
import { register } from 'node:module';

register('./typescript-hook.mjs', import.meta.url);
await import('../test/simulation/main.ts');
