import { createRpcCodec } from '../rpc.ts';
import { cborScalars, parseCbor } from './cbor.ts';
import { encodeCbor } from './encode.ts';

/** Smithy's protocol of that name: the operation in the path. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const rpcV2Cbor = createRpcCodec({
  scalars: () => cborScalars,
  headers: { 'smithy-protocol': 'rpc-v2-cbor' },
  typesEmptyBody: false,
  operationOf: ({ path }) => path.slice(path.lastIndexOf('/') + 1),
  errorType: ({ service }, { code }) => `com.amazonaws.${service}#${code}`,
  contentType: () => 'application/cbor',
  parse: (body) => parseCbor(body, { unitsPerSecond: 1 }),
  print: (document) => encodeCbor(document, { unitsPerSecond: 1 }),
});
