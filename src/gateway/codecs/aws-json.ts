import { dynamodbJsonScalars, jsonScalars, parseJson } from './document/json.ts';
import { createRpcCodec, errorTypeOfTarget, operationOfTarget } from './rpc.ts';

/** awsJson 1.0 and 1.1: the operation in `X-Amz-Target`, all members in one JSON object. */
export const awsJson = createRpcCodec({
  scalars: ({ service }) => (service.startsWith('dynamodb') ? dynamodbJsonScalars : jsonScalars),
  headers: {},
  typesEmptyBody: true,
  operationOf: operationOfTarget,
  errorType: errorTypeOfTarget,
  contentType: ({ protocol }) =>
    protocol === 'awsJson1_1' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
  parse: parseJson,
  print: (document) => JSON.stringify(document),
});
