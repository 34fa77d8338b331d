import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html */
export const getBucketReplication = getSetting(
  'replication',
  (replication) => ({ ReplicationConfiguration: replication }),
  { code: 'ReplicationConfigurationNotFoundError', message: 'The replication configuration was not found' },
);
