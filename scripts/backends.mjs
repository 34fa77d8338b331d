// Brings up Redis, MinIO and Kafka for tests: `npm run backends -- up|down|status|env|fetch [redis minio kafka] [--with native|containers]`.
import { register } from 'node:module';

register('./typescript-hook.mjs', import.meta.url);
const { main } = await import('./backends/main.ts');
process.exitCode = await main(process.argv.slice(2));
