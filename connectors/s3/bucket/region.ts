import { invalidArgument, refusal } from '../errors.ts';

/** AWS Regions that a bucket can be in (docs.aws.amazon.com/general/latest/gr/s3.html). */
const REGIONS: ReadonlySet<string> = new Set(
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
  il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1
  us-west-2`.split(/\s+/),
);

/** The region whose endpoint takes buckets of every region, and whose name no bucket's location says. */
export const GLOBAL_REGION = 'us-east-1';

/** The region of a new bucket, by the location constraint and the endpoint that got the request. */
export function regionOfNewBucket(constraint: string | undefined, endpoint: string): string {
  if (endpoint !== GLOBAL_REGION) {
    if (constraint === endpoint || (constraint === 'EU' && endpoint === 'eu-west-1')) return endpoint;
    throw refusal(
      400,
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (constraint === undefined) return GLOBAL_REGION;
  if (constraint === 'EU') return 'eu-west-1';
  if (constraint !== GLOBAL_REGION && REGIONS.has(constraint)) return constraint;
  throw refusal(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid', {
    LocationConstraint: constraint,
  });
}

/** Refuses what is no AWS Region. */
export function checkRegion(region: string): void {
  if (REGIONS.has(region)) return;
  throw invalidArgument(`Argument value ${region} is not a valid AWS Region`, { ArgumentName: 'bucket-region' });
}
