/**
 * The format of `models/<service>.json`, which `scripts/generate-models.mjs` writes. A member is the name of its shape, or
 * a pair of that name and traits; the names of primitives are shapes too.
 */
export interface ServiceModel {
  readonly service: string;
  readonly version: string;
  readonly protocol: 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'restJson1' | 'restXml';
  /** A JSON service that also answers its former query protocol (SQS). */
  readonly queryCompatible?: boolean;
  /** What stands before the operation in `X-Amz-Target`. */
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  /** What stands before an error's name in `__type`; without it names are bare. */
  readonly errorNamespace?: string;
  /** Answers carry `x-amz-crc32`. */
  readonly crc32?: boolean;
  /** Whether AWS answers bad input with texts generated from constraints. */
  readonly validated: boolean;
  /** The code of these answers where it is not `ValidationException`. */
  readonly invalidCode?: string;
  /** A broken pattern is named before a broken length, as Kinesis and DynamoDB do. */
  readonly patternFirst?: boolean;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

export interface OperationModel {
  /** Method, URI template with query literals, success status. S3's templates start below the bucket. */
  readonly http?: readonly [method: string, uri: string, status: number];
  readonly input?: string;
  readonly output?: string;
  /** The output's only member is the root element itself (S3 GetBucketLocation). */
  readonly unwrapped?: boolean;
}

export type MemberModel = string | readonly [shape: string, traits: Traits];

export interface Traits {
  readonly httpLabel?: 1;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly httpQueryParams?: 1;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  readonly xmlNamespace?: string | readonly [prefix: string, uri: string];
}

/** What `failed to satisfy constraint` may be said of. */
export interface Constraints {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Printed with a decimal point. */
  readonly float?: boolean;
  readonly sensitive?: boolean;
  readonly patternFirst?: boolean;
  /** Of a list's elements: AWS prints this one constraint alone. */
  readonly bare?: boolean;
}

export interface ErrorTraits {
  readonly fault: 'Sender' | 'Receiver';
  readonly status?: number;
  readonly queryCode?: string;
}

export interface ShapeModel extends Constraints {
  readonly type?: string;
  readonly list?: MemberModel;
  readonly map?: readonly [key: MemberModel, value: MemberModel];
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly required?: readonly string[];
  /** Members that AWS prints behind the others, and names in no schema: they are never there. */
  readonly alsoPrinted?: readonly string[];
  readonly union?: boolean;
  readonly eventStream?: boolean;
  readonly xmlName?: string;
  readonly error?: ErrorTraits;
}
