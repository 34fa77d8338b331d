import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sumOf } from './cache.ts';
import { run } from './command.ts';

/** The version of Kafka; that of the image in docker-compose.yml. */
export const VERSION = '4.1.2';
/** Of all jars, names and contents: Maven Central does not change what it has published. */
const JARS_SHA256 = 'f18ed359725561da1ef1a3c16122a597e938540be331bf27b167f66a6de2b101';
const FETCH_LIMIT_MS = 10 * 60_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>headwater</groupId>
  <artifactId>kafka-runtime</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.3</version></dependency>
  </dependencies>
</project>
`;

const LOGGING = `rootLogger.level=WARN
rootLogger.appenderRef.o.ref=O
appender.o.type=Console
appender.o.name=O
appender.o.layout.type=PatternLayout
appender.o.layout.pattern=%d %p %c{1} %m%n
logger.k.name=kafka.server.KafkaRaftServer
logger.k.level=INFO
`;

/** Gets Kafka and what it needs into `lib`. */
export async function fetchJars(folder: string): Promise<void> {
  writeFileSync(join(folder, 'pom.xml'), POM);
  writeFileSync(join(folder, 'log4j2.properties'), LOGGING);
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const args = ['-q', '-B', '--strict-checksums', copy, '-DincludeScope=runtime', '-DoutputDirectory=lib'];
  await run('mvn', args, { cwd: folder, limitMs: FETCH_LIMIT_MS });
  const sum = sumOf(join(folder, 'lib'));
  if (sum !== JARS_SHA256) throw new Error(`the jars of Kafka ${VERSION} sum up to ${sum}, not ${JARS_SHA256}`);
  rmSync(join(folder, 'pom.xml'));
}

/** A small, quickly started Java with Kafka's classes, for a folder that has them in `lib`. */
export const javaArguments = (archive?: string): readonly string[] => [
  ...['-Xms64m', '-Xmx256m', '-Xss256k', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  ...['-Xlog:disable', '-Xlog:all=error:stderr', '-Xshare:auto'],
  ...(archive === undefined ? [] : [`-XX:SharedArchiveFile=${archive}`]),
  ...['-cp', 'lib/*', '-Dlog4j2.configurationFile=log4j2.properties'],
];

/** The same, writing its archive of classes when it ends. */
export const archiveNow = (folder: string): readonly string[] => [
  `-XX:ArchiveClassesAtExit=${join(folder, 'kafka.jsa')}`,
  ...javaArguments(),
];
