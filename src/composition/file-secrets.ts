import { readFile } from 'node:fs/promises';
import { HeadwaterError } from '../core/errors.ts';
import type { Secret, Secrets } from '../core/ports/secrets.ts';

/** `arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka/login-a1B2c3`: AWS adds six characters to the name. */
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.+?)(-[A-Za-z0-9]{6})?$/;

/**
 * Secrets in a JSON file, by name or ARN: `{ "kafka/login": { "username": "…", "password": "…" } }`. It is read anew each
 * time, so that a password can be changed while mappings run. Rejects with `INVALID_CONFIG` when it cannot be read.
 */
export function createFileSecrets(file: string | undefined): Secrets {
  return {
    place: file ?? 'a JSON file and name that with --secrets',
    async find(nameOrArn) {
      if (file === undefined) return undefined;
      const secrets = await readSecrets(file);
      const [, name = nameOrArn] = SECRET_ARN.exec(nameOrArn) ?? [];
      return secrets.get(nameOrArn) ?? secrets.get(name);
    },
  };
}

async function readSecrets(file: string): Promise<ReadonlyMap<string, Secret>> {
  const secrets = new Map(Object.entries(await parse(file)));
  for (const [name, secret] of secrets) {
    const isSecret = typeof secret === 'object' && Object.values(secret).every((member) => typeof member === 'string');
    if (!isSecret) throw invalid(`"${name}" in ${file} has to be an object of texts`);
  }
  return secrets;
}

/** What JSON.parse says of a mistake may repeat a password, so it is not said. */
async function parse(file: string): Promise<Record<string, Secret>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(`The secrets in ${file} cannot be read (${(cause as Error).message})`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, Secret>;
  } catch {}
  throw invalid(`${file} has to be a JSON object of secrets by name`);
}

const invalid = (message: string) => new HeadwaterError('INVALID_CONFIG', message);
