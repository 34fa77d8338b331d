import { createRpcCodec, errorTypeOfTarget, operationOfTarget } from '../rpc.ts';
import { cborScalars, parseCbor } from './cbor.ts';
import { encodeCbor } from './encode.ts';

/**
 * What the Java SDKs speak with Kinesis: awsJson in CBOR. Their timestamps are milliseconds, against RFC 8949, section 3.4.2:
 * https://github.com/aws/aws-sdk-java-v2/blob/master/core/protocols/aws-cbor-protocol/src/main/java/software/amazon/awssdk/protocols/cbor/internal/SdkCborGenerator.java
 */
export const awsCbor = createRpcCodec({
  scalars: () => cborScalars,
  headers: {},
  typesEmptyBody: true,
  operationOf: operationOfTarget,
  errorType: errorTypeOfTarget,
  contentType: () => 'application/x-amz-cbor-1.1',
  parse: (body) => parseCbor(body, { unitsPerSecond: 1000 }),
  print: (document) => encodeCbor(document, { unitsPerSecond: 1000 }),
});
