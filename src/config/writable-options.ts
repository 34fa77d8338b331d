import type { MissedPolicy } from '../core/schedule/timetable.ts';
import type { Timing } from '../core/timing.ts';

/** How time runs: as on the machine, only when told to, or N times as fast. */
export type ClockChoice = 'real' | 'virtual' | `scaled:${number}`;

/** Options that can be written down: in a config file, the environment or flags. */
export interface WritableOptions {
  /**
   * Port of the endpoint; 0 picks a free one.
   * @default 4566
   */
  readonly port?: number | undefined;
  /**
   * Address to bind. Loopback, because the endpoint runs any code that it is handed.
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined;
  /**
   * Further host names by which the admin API may be addressed, e.g. a container's name.
   * @default []
   */
  readonly allowHosts?: readonly string[] | undefined;
  /**
   * Folder of the state; one process at a time.
   * @default './.headwater'
   */
  readonly dataDir?: string | undefined;
  /**
   * Keep nothing on disk.
   * @default false
   */
  readonly ephemeral?: boolean | undefined;
  /**
   * Make each commit survive a loss of power too, at the price of one disk flush.
   * @default false
   */
  readonly fsync?: boolean | undefined;
  /** @default 'real' */
  readonly clock?: ClockChoice | undefined;
  /**
   * `prompt`: no wait that is only latency; `aws`: AWS's latencies too.
   * @default 'prompt'
   */
  readonly timing?: 'prompt' | 'aws' | undefined;
  /** Single waits by name, over what `timing` says. */
  readonly timings?: Partial<Timing> | undefined;
  /**
   * Redis, `redis://[user:password@]host[:port][/database]` or `rediss://…`: queues, tables, asynchronous invocations,
   * functions and their code, everybody's settings. Embedded when absent.
   */
  readonly redis?: string | undefined;
  /** Kafka, `host:port[,host:port]`: the records of Kinesis streams. Embedded when absent. */
  readonly kafka?: string | undefined;
  /** MinIO, `http://accessKey:secretKey@host:port`: buckets and their objects. Embedded when absent. */
  readonly minio?: string | undefined;
  /** JSON file of what Secrets Manager would hold: the secrets that Kafka mappings name, by name or ARN. */
  readonly secrets?: string | undefined;
  /**
   * Begins the names of all that is kept on real backends, but buckets: simulators of one namespace share their work,
   * those of others know nothing of each other.
   * @default 'headwater'
   */
  readonly namespace?: string | undefined;
  /**
   * How many seconds a backend that does not answer is waited for at the start.
   * @default 30
   */
  readonly backendDeadline?: number | undefined;
  /** Functions may run straight from folders below this one (`S3Bucket: "local-folder"`). Off when absent. */
  readonly codeRoot?: string | undefined;
  /** Interpreters by runtime identifier, e.g. `{ 'nodejs22.x': '/opt/node22/bin/node' }`. */
  readonly runtimes?: Readonly<Record<string, string>> | undefined;
  /**
   * Refuse a function whose runtime's exact version is not found, instead of running it on the nearest.
   * @default false
   */
  readonly strictRuntimes?: boolean | undefined;
  /**
   * Execution environments (processes) at a time, over all functions; an invocation beyond that waits for one.
   * @default four for each processor
   */
  readonly maxEnvironments?: number | undefined;
  /**
   * The account's concurrent executions, AWS's quota.
   * @default 1000
   */
  readonly accountConcurrency?: number | undefined;
  /**
   * Check the policies of queues, topics and event buses when one service delivers to another.
   * @default false
   */
  readonly enforcePolicies?: boolean | undefined;
  /**
   * Refuse what exceeds the throughput of a Kinesis shard, as AWS does.
   * @default false
   */
  readonly throttle?: boolean | undefined;
  /**
   * What becomes of rules and schedules that came due while nothing ran, or the machine slept: one late fire for all of
   * them, one each, or none.
   * @default 'once'
   */
  readonly missedSchedules?: MissedPolicy | undefined;
  /** Secrets by access key. When there are any, signatures are verified and other keys refused. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
}
