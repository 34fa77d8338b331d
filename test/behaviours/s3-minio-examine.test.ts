// What `headwater doctor` finds out about MinIO.
import { expect, test } from 'vitest';
import { examineMinio } from '../../src/backends/minio/examine.ts';
import { EVENT_LIST } from '../../src/backends/redis/event-inbox/event-inbox.ts';
import { backends, describeOn } from '../support/backends.ts';

const url = backends.minio ?? '';

describeOn(['minio'], 'an examination of MinIO', () => {
  test('tells its version, permissions, clock and whether it tells of what others do', async () => {
    const findings = await examineMinio({ url, deadlineMs: 5000, list: EVENT_LIST });
    expect(findings.map(({ what, level }) => `${what} ${level}`)).toEqual([
      'minio ok',
      'minio permissions ok',
      'minio events ok',
      'minio clock ok',
    ]);
    expect(JSON.stringify(findings)).not.toContain(new URL(url).password);
  });

  test('names the variables to set when MinIO writes elsewhere', async () => {
    const findings = await examineMinio({ url, deadlineMs: 5000, list: 'another:list' });
    const events = findings.find(({ what }) => what === 'minio events');
    expect(events).toMatchObject({ level: 'problem' });
    expect(events?.found).toContain('MINIO_NOTIFY_REDIS_KEY_HEADWATER=another:list');
  });

  test('says at once that the keys are wrong', async () => {
    const wrong = new URL(url);
    wrong.password = 'wrong-secret';
    await expect(examineMinio({ url: wrong.href, deadlineMs: 5000 })).rejects.toMatchObject({
      code: 'BACKEND_REFUSED',
    });
  });
});
