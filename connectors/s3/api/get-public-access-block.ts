import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const getPublicAccessBlock = getSetting(
  'publicAccessBlock',
  (block) => ({ PublicAccessBlockConfiguration: block }),
  { code: 'NoSuchPublicAccessBlockConfiguration', message: 'The public access block configuration was not found' },
);
