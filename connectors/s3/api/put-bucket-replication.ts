import type { PutBucketReplicationRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { invalidRequest, malformedXml } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html */
export const putBucketReplication = putSetting<PutBucketReplicationRequest>(
  ({ ReplicationConfiguration: replication }, { versioning }, { random }) => {
    const rules = replication?.Rules ?? [];
    if (versioning !== 'Enabled') {
      throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    }
    if (rules.length === 0) throw malformedXml();
    const stored = rules.map((rule) => ({ ...rule, ID: rule.ID ?? Buffer.from(random.uuid()).toString('base64') }));
    return { replication: { Role: replication?.Role, Rules: stored } };
  },
);
