import { request } from 'node:http';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { s3, sqs } from '../support/raw-client.ts';
import { memoryMbOf, type Row } from './measure.ts';

const UPLOAD_MB = 512;

/** Resident memory of a fresh endpoint after its first call. */
export async function measureIdleMemory(headwater: HeadwaterProcess): Promise<readonly Row[]> {
  await sqs(headwater.endpoint, 'ListQueues', {});
  const ours = memoryMbOf(headwater.process.pid ?? 0, 'VmRSS');
  return [{ what: 'idle memory', ours, unit: 'MB', aim: { value: 70 } }];
}

/** What an upload of 512 MB adds to the peak of the resident memory. */
export async function measureUploadMemory(headwater: HeadwaterProcess): Promise<readonly Row[]> {
  const { endpoint } = headwater;
  const pid = headwater.process.pid ?? 0;
  await s3(endpoint, 'PUT', '/bench-upload');
  await s3(endpoint, 'PUT', '/bench-upload/warm', 'x'.repeat(1_000_000));
  const before = memoryMbOf(pid, 'VmRSS');
  await upload(`${endpoint}/bench-upload/big`);
  const ours = memoryMbOf(pid, 'VmHWM') - before;
  return [{ what: `upload of ${UPLOAD_MB} MB: memory added`, ours, unit: 'MB', aim: { value: 64 } }];
}

function upload(url: string): Promise<void> {
  const chunk = Buffer.alloc(1024 * 1024, 'headwater');
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'PUT',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
        'content-length': String(UPLOAD_MB * chunk.length),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      incoming.resume();
      incoming.on('end', () =>
        incoming.statusCode === 200 ? resolve() : reject(new Error(`the upload answered ${incoming.statusCode}`)),
      );
    });
    let written = 0;
    const write = () => {
      while (written < UPLOAD_MB) {
        written++;
        if (!outgoing.write(chunk)) return void outgoing.once('drain', write);
      }
      outgoing.end();
    };
    write();
  });
}
