import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientFolder } from './client-folder.ts';

const run = promisify(execFile);

/** The bill of materials pins every jar of the SDK; the plugin that brings them is pinned too. */
const SDK = '2.31.0';
const ARTIFACTS = ['kinesis', 'dynamodb', 'dynamodb-enhanced', 'apache-client', 'netty-nio-client'];
const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const PROJECT = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>headwater</groupId><artifactId>wire-clients</artifactId><version>1</version>
  <dependencyManagement><dependencies><dependency>
    <groupId>software.amazon.awssdk</groupId><artifactId>bom</artifactId><version>${SDK}</version>
    <type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <dependencies>
    ${ARTIFACTS.map((name) => `<dependency><groupId>software.amazon.awssdk</groupId><artifactId>${name}</artifactId></dependency>`).join('\n    ')}
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** The class path of the SDK for Java, or why there is none. */
export type JavaClient =
  | { readonly kind: 'present'; readonly classPath: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** Installs the SDK for Java by name into a cache outside the checkout, once for each set of pins. */
export async function javaClient(): Promise<JavaClient> {
  const missing = await missingTool();
  if (missing !== undefined) return { kind: 'absent', reason: missing };
  const folder = clientFolder('java', createHash('sha256').update(PROJECT));
  if (!existsSync(join(folder, 'complete'))) {
    const reason = await install(folder);
    if (reason !== undefined) return { kind: 'absent', reason };
  }
  return { kind: 'present', classPath: join(folder, 'jars', '*') };
}

async function missingTool(): Promise<string | undefined> {
  const versions = { java: '-version', javac: '-version', mvn: '--version' };
  for (const [tool, flag] of Object.entries(versions)) {
    try {
      await run(tool, [flag]);
    } catch {
      return `it needs a JDK and Maven, and ${tool} does not run`;
    }
  }
  return undefined;
}

async function install(folder: string): Promise<string | undefined> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const pom = join(folder, 'pom.xml');
    await writeFile(pom, PROJECT);
    const jars = join(folder, 'jars');
    await run('mvn', ['-q', '-B', '-f', pom, COPY_JARS, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime']);
    // Written last: a folder without it was left behind half-way.
    await writeFile(join(folder, 'complete'), `${SDK}\n`);
    return undefined;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { stdout } = error as { readonly stdout?: string };
    return `it could not be installed by name: ${(stdout ?? String(error)).trim().split('\n')[0]}`;
  }
}
