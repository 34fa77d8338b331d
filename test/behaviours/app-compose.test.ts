// README.md, "Containers": what docker-compose.yml promises before anything of it runs; that it runs is test/containers.
// https://docs.docker.com/reference/compose-file/services/
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../support/source-files.ts';

const textOf = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
const compose = textOf('docker-compose.yml').replace(/^\s*#.*\n/gm, '');
const readme = textOf('README.md');

/** What stands below a key, by the keys that are indented that deep in it. */
function blocks(text: string, indent: number): ReadonlyMap<string, string> {
  const found = text.matchAll(new RegExp(`^ {${indent}}([\\w-]+):(.*\\n(?:(?: {${indent + 1},}.*)?\\n)*)`, 'gm'));
  return new Map([...found].map(([, key = '', below = '']) => [key, below]));
}

const top = blocks(compose, 0);
const services = [...blocks(top.get('services') ?? '', 2)].map(([name, text]) => ({ name, parts: blocks(text, 4) }));
const part = (name: string, key: string) => services.find((each) => each.name === name)?.parts.get(key) ?? '';
const items = (list = '') => [...list.matchAll(/^ +- "?(.*?)"?$/gm)].map(([, item = '']) => item);
const volumesOf = (name: string) => items(part(name, 'volumes')).filter((volume) => !volume.startsWith('$'));
const ENGINES = ['redis', 'kafka', 'minio'];

test('it is read as it is meant', () => {
  expect(services.map(({ name }) => name)).toEqual(['headwater', 'headwater-embedded', ...ENGINES]);
});

describe.each(services)('$name', ({ name, parts }) => {
  test('is an image that is made here, or one of a whole version that somebody else cannot move', () => {
    const image = parts.get('image')?.trim();
    if (parts.has('build')) expect(image).toBe('headwater:local');
    else expect(image).toMatch(/^[\w./-]+(:\S*\d+\S\d+\S\d+\S*|@sha256:[0-9a-f]{64})$/);
  });

  test('is reached from this machine only, at a port that can be chosen', () => {
    const ports = items(parts.get('ports'));
    expect(ports).not.toEqual([]);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/);
  });

  test('says whether it is well', () => {
    if (parts.has('build')) expect(textOf('Dockerfile')).toMatch(/^HEALTHCHECK /m);
    else expect(parts.get('healthcheck')).toContain('test:');
  });

  test('keeps what it keeps in volumes that are declared', () => {
    const declared = [...blocks(top.get('volumes') ?? '', 2).keys()];
    const used = volumesOf(name).map((volume) => volume.split(':')[0]);
    expect(declared).toEqual(expect.arrayContaining(used));
  });
});

test('every volume that is declared is used', () => {
  const used = services.flatMap(({ name }) => volumesOf(name).map((volume) => volume.split(':')[0]));
  expect([...blocks(top.get('volumes') ?? '', 2).keys()].sort()).toEqual([...new Set(used)].sort());
});

test('what is to last lies in a volume: of each engine where it writes, and of a process that has none', () => {
  expect(volumesOf('redis')).toEqual(['redis-data:/data']);
  expect(part('redis', 'command')).toMatch(/"--appendonly",\s+"yes",\s+"--appendfsync",\s+"always"/);
  expect(volumesOf('kafka')).toEqual([`kafka-data:${/KAFKA_LOG_DIRS: (\S+)/.exec(part('kafka', 'environment'))?.[1]}`]);
  expect(volumesOf('minio')).toEqual(['minio-data:/data']);
  expect(part('minio', 'command')).toContain('["server", "/data"]');
  expect(volumesOf('headwater-embedded')).toContain('headwater-data:/data');
  expect(part('headwater-embedded', 'command')).toContain('"--data-dir", "/data"');
  expect(part('headwater', 'command')).toContain('"--ephemeral"');
  for (const engine of ENGINES)
    expect(part('headwater', 'environment')).toContain(`HEADWATER_${engine.toUpperCase()}:`);
});

test('whoever is needed is waited for until it is well', () => {
  const conditions = services.flatMap(({ parts }) => [...blocks(parts.get('depends_on') ?? '', 6).values()]);
  expect(conditions).not.toEqual([]);
  for (const condition of conditions) expect(condition.trim()).toBe('{ condition: service_healthy }');
});

test('what a user may set, the keys and the notification target are those that the README names', () => {
  const settings = [...compose.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
  for (const name of new Set(settings)) expect(readme).toContain(`\`${name}\``);
  for (const [, name = '', value = ''] of compose.matchAll(/(MINIO_NOTIFY_\w+): "?([^"\n]+)/g)) {
    expect(readme).toContain(`${name}=`);
    if (!name.includes('ADDRESS')) expect(readme).toContain(`${name}=${value}`);
  }
  const [, user, password] = /MINIO_ROOT_USER: (\S+)\s+MINIO_ROOT_PASSWORD: (\S+)/.exec(compose) ?? [];
  expect(readme).toContain(`http://${user}:${password}@127.0.0.1:9000`);
  for (const port of compose.matchAll(/_PORT:-(\d+)\}/g)) expect(readme).toContain(`127.0.0.1:${port[1]}`);
});
