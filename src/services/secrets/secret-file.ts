import { readFile } from 'node:fs/promises';
import { HeadwaterError } from '../../core/errors.ts';
import type { Secret, Secrets } from '../../core/ports/secrets.ts';

/**
 * Secrets in a JSON file of the user's, by name or ARN: `{ "broker": { "username": "…", "password": "…" } }`. It is read
 * each time, so that passwords can be changed; without a file there are none.
 */
export function openSecretFile(path: string | undefined): Secrets {
  return {
    place: path === undefined ? 'the file that the option "secrets" names' : path,
    async find(nameOrArn) {
      if (path === undefined) return undefined;
      const secrets = await readSecrets(path);
      return secrets[nameOrArn] ?? secrets[nameIn(nameOrArn)] ?? secrets[withoutSuffix(nameIn(nameOrArn))];
    },
  };
}

async function readSecrets(path: string): Promise<Readonly<Record<string, Secret | undefined>>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HeadwaterError('SECRETS_UNREADABLE', `The file of secrets ${path} cannot be read`, { cause });
  });
  try {
    return checked(JSON.parse(text));
  } catch (cause) {
    // The parser's own words could quote a secret.
    throw new HeadwaterError('SECRETS_UNREADABLE', `The file of secrets ${path} holds no JSON objects of texts`, {
      cause: cause instanceof SyntaxError ? undefined : cause,
    });
  }
}

function checked(secrets: unknown): Readonly<Record<string, Secret>> {
  if (!isObject(secrets)) throw new TypeError('not an object');
  for (const [name, secret] of Object.entries(secrets)) {
    const good = isObject(secret) && Object.values(secret).every((member) => typeof member === 'string');
    if (!good) throw new TypeError(`"${name}" is no object of texts`);
  }
  return secrets as Readonly<Record<string, Secret>>;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>` → `<name>`. */
const nameIn = (nameOrArn: string) =>
  nameOrArn.startsWith('arn:') ? nameOrArn.split(':').slice(6).join(':') : nameOrArn;

/** Secrets Manager adds a hyphen and six characters to the name. …/secretsmanager/latest/userguide/whats-in-a-secret.html */
const withoutSuffix = (name: string) => name.replace(/-[A-Za-z0-9]{6}$/, '');
