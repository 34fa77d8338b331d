import { refusal } from '../errors.ts';

const PATTERN = /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED_ENDINGS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Refuses what is no name of a general purpose bucket (docs: bucketnamingrules.html). */
export function checkBucketName(name: string): void {
  if (PATTERN.test(name) && !RESERVED_ENDINGS.some((ending) => name.endsWith(ending))) return;
  throw refusal(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
}
