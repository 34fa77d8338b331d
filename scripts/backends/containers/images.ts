import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../engine.ts';

const composeFile = join(dirname(fileURLToPath(import.meta.url)), '../../../docker-compose.yml');

/** The image of an engine: the one that docker-compose.yml pins, so that tests run on what users run. */
export function imageOf(name: EngineName): string {
  const compose = readFileSync(composeFile, 'utf8');
  const image = new RegExp(`^ {2}${name}:\\n(?: {4,}.*\\n| *\\n)*? {4}image: (\\S+)`, 'm').exec(compose)?.[1];
  if (image === undefined) throw new Error(`docker-compose.yml names no image for ${name}`);
  return image;
}
