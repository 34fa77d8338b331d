// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
import { createVerify, X509Certificate } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { createSignatures } from '../../connectors/sns/envelope/signatures.ts';
import type { Publication } from '../../connectors/sns/publish/publication.ts';
import type { Arn } from '../../src/core/arn.ts';
import { ACCOUNT, type Answer, startSns } from './sns-fixture.ts';

/** As AWS's validators do it. */
function verifies(envelope: Answer, certificate: string): boolean {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const verify = createVerify(envelope.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256');
  for (const name of names) if (name in envelope) verify.update(`${name}\n${envelope[name]}\n`);
  return verify.verify(certificate, envelope.Signature, 'base64');
}

for (const version of ['1', '2']) {
  test(`signs in version ${version} so that the certificate verifies it`, async () => {
    const { topic, sns } = startSns();
    const orders = await topic('orders', { SignatureVersion: version });
    const queue = await orders.queue('work');
    await orders.publish('paid\nand packed', { Subject: 'An order' });
    const [body = ''] = await queue.bodies();
    const envelope = JSON.parse(body);
    const certificate = await sns.certificate();
    expect(envelope.SignatureVersion).toBe(version);
    expect(verifies(envelope, certificate)).toBe(true);
    expect(verifies({ ...envelope, Message: 'unpaid' }, certificate)).toBe(false);
  });
}

test('signs a text once for all who read it, and again only where that failed', async () => {
  const sign = vi.fn(async (_text: string, _version: '1' | '2') => 'signature');
  sign.mockRejectedValueOnce(new Error('the registry is away'));
  const signer = { sign, certificate: async () => '', certificateName: async () => 'key.pem', warm: async () => {} };
  const signatures = createSignatures(signer, () => 'http://localhost:4566');
  const [account, region, name, arn] = [ACCOUNT, 'us-east-1', 'orders', 'arn:aws:sns:us-east-1:0:orders' as Arn];
  const publication: Publication = {
    ...{ messageId: 'm', text: 'paid', texts: { default: 'paid', sqs: 'paid by queue' }, attributes: {}, atMs: 0 },
    topic: { account, region, name, arn, signatureVersion: '1', fifo: false },
  };
  await expect(signatures.ofPublication(publication, 'http', '1')).rejects.toThrow('away');
  // As another task has stored it.
  for (const one of [publication, structuredClone(publication)]) {
    for (const protocol of ['http', 'https', 'lambda', 'sqs']) await signatures.ofPublication(one, protocol, '1');
  }
  expect(sign).toHaveBeenCalledTimes(3);
});

test('has a certificate that others can read, which it signed itself', async () => {
  const { sns } = startSns();
  const certificate = new X509Certificate(await sns.certificate());
  expect(certificate.subject).toBe('CN=sns.amazonaws.com');
  expect(certificate.issuer).toBe('CN=sns.amazonaws.com');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.validTo).toBe('Dec 31 23:59:59 2099 GMT');
});

test('signs with one key in all processes', async () => {
  const first = startSns();
  const second = startSns({ ground: first.ground });
  expect(await second.sns.certificate()).toBe(await first.sns.certificate());
});

test('does not sign the envelopes of FIFO topics', async () => {
  const { topic } = startSns();
  const orders = await topic('orders.fifo');
  const queue = await orders.queue('work.fifo');
  await orders.publish('paid', { MessageGroupId: 'a', MessageDeduplicationId: '1' });
  const [body = ''] = await queue.bodies();
  expect(Object.keys(JSON.parse(body))).toEqual([
    ...['Type', 'MessageId', 'SequenceNumber', 'TopicArn', 'Message', 'Timestamp', 'UnsubscribeURL'],
  ]);
});
