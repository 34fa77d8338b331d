// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
// Producers choose how batches are compressed. Below is what those of Kafka 4.1 for Java made of one text, but for the
// block without a frame, which others write.
import { expect, test } from 'vitest';
import { CODECS } from '../../src/backends/kafka/consumer-group/codecs.ts';

const TEXT = 'compressed '.repeat(12);
const COMPRESSED = {
  Snappy: 'glNOQVBQWQAAAAABAAAAAQAAABSEAShjb21wcmVzc2VkIP4LAOILAA==',
  LZ4: 'BCJNGGBAghUAAAC/Y29tcHJlc3NlZCALAGFQc3NlZCAAAAAA',
  ZSTD: 'KLUv/QBYlAAAWGNvbXByZXNzZWQgAQDWafECAQAA',
} as const;
const BARE_SNAPPY = 'hAEoY29tcHJlc3NlZCD+CwDiCwA=';

const undone = async (type: keyof typeof CODECS, compressed: string) =>
  (await CODECS[type].decompress(Buffer.from(compressed, 'base64'))).toString();

test.each(['Snappy', 'LZ4'] as const)('what was compressed with %s is read', async (type) => {
  expect(await undone(type, COMPRESSED[type])).toBe(TEXT);
});

test('so is Snappy without a frame', async () => {
  expect(await undone('Snappy', BARE_SNAPPY)).toBe(TEXT);
});

test('zstd is read where Node.js has it; elsewhere the version that is needed is named', async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const hasZstd = major > 22 || (major === 22 && minor >= 15);
  const answer = await undone('ZSTD', COMPRESSED.ZSTD).catch((error: Error) => error.message);
  const needed = `zstd compression needs Node.js 22.15 or later; this is ${process.version}`;
  expect(answer).toBe(hasZstd ? TEXT : needed);
});
