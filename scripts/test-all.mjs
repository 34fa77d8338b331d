// Runs the tests on Redis, MinIO and Kafka too: brings up what is not up, and takes it down again. Fails if one is missing.
// `npm run test:all`, or `npm run test:all -- [--with native|containers] [what vitest takes]`.
import { register } from 'node:module';

register('./typescript-hook.mjs', import.meta.url);
const { testAll } = await import('./backends/test-all.ts');
process.exitCode = await testAll(process.argv.slice(2));
