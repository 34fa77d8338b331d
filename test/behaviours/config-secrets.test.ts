// README.md, "Real backends": the secrets that Kafka mappings name stand in a file, by name or by ARN.
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFileSecrets } from '../../src/composition/file-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'secrets.json');
  writeFileSync(file, text);
  return file;
}

const LOGIN = { username: 'ann', password: 'hidden' };
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka/login-a1B2c3';

test('a secret is found by its name and by its ARN, whatever AWS adds to the name', async () => {
  const secrets = createFileSecrets(written(JSON.stringify({ 'kafka/login': LOGIN })));
  expect(await secrets.find('kafka/login')).toEqual(LOGIN);
  expect(await secrets.find(ARN)).toEqual(LOGIN);
  expect(await secrets.find('kafka/other')).toBeUndefined();
});

test('a changed file counts at once', async () => {
  const secrets = createFileSecrets(written('{}'));
  expect(await secrets.find('kafka/login')).toBeUndefined();
  written(JSON.stringify({ [ARN]: LOGIN }));
  expect(await secrets.find(ARN)).toEqual(LOGIN);
});

test('without a file there are none, and it is said where they belong', async () => {
  const secrets = createFileSecrets(undefined);
  expect(await secrets.find('kafka/login')).toBeUndefined();
  expect(secrets.place).toContain('--secrets');
});

test.each([
  ['["hidden"]', 'has to be a JSON object of secrets by name'],
  ['{"kafka": {"password": "hidden"', 'has to be a JSON object of secrets by name'],
  ['{"kafka": {"password": ["hidden"]}}', '"kafka" in '],
  ['{"kafka": "hidden"}', '"kafka" in '],
])('a file like %s is refused, and nothing of it is repeated', async (text, message) => {
  const refusal = await createFileSecrets(written(text))
    .find('kafka')
    .catch((error: Error) => error);
  expect(refusal).toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(message) });
  expect((refusal as Error).message).not.toContain('hidden');
});
