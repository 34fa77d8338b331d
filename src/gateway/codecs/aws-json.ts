import { ServiceError } from '../../core/errors.ts';
import { readWhole } from './body-limit.ts';
import type { Codec, LoadedModel } from './codec.ts';
import { structureOf } from './codec.ts';
import { headerText } from './http-binding.ts';
import { structureFromJson, structureToJson } from './json.ts';

/** awsJson 1.0 and 1.1: the operation in `X-Amz-Target`, all members in one JSON object. */
export const awsJson: Codec = {
  select({ model }, call) {
    const name = operationOf(call.headers['x-amz-target'] ?? '');
    const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
    if (!operation) throw unknownOperation(name);
    return { name, operation };
  },
  async readInput(loaded, { name, operation }, call) {
    const body = await readWhole(loaded, name, call);
    const shape = structureOf(loaded, operation.input);
    return shape ? structureFromJson(shape, body.length === 0 ? {} : parseJson(body)) : {};
  },
  writeOutput(loaded, { operation }, output, ids) {
    const shape = structureOf(loaded, operation.output);
    const body = Buffer.from(
      shape ? JSON.stringify(structureToJson(shape, output)) : loaded.model.queryCompatible ? '' : '{}',
    );
    return { status: 200, headers: headers(loaded, ids.requestId, body.length), body };
  },
  writeError(loaded, error, ids) {
    const { service, queryCompatible } = loaded.model;
    const namespace = error.shape ? `com.amazonaws.${service}` : 'com.amazon.coral.service';
    const members = error.shape ? structureToJson(error.shape, error.members) : {};
    const message = error.shape?.byName.has('Message') ? 'Message' : 'message';
    const body = Buffer.from(
      JSON.stringify({ __type: `${namespace}#${error.code}`, ...error.members, ...members, [message]: error.message }),
    );
    return {
      status: error.status,
      headers: {
        ...headers(loaded, ids.requestId, body.length),
        ...(queryCompatible ? { 'x-amzn-query-error': headerText(`${error.queryCode};${error.fault}`) } : {}),
        ...error.headers,
      },
      body,
    };
  },
};

/** The operation in a target such as `AmazonSQS.SendMessage`. */
const operationOf = (target: string) => target.slice(target.lastIndexOf('.') + 1);

/** JSON's refusal of an operation that does not exist. */
export const unknownOperation = (name: string) =>
  new ServiceError('UnknownOperationException', name ? `Unknown operation ${name}` : 'Unknown operation', {
    status: 400,
  });

/** Parses a body, with AWS's refusal of what is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'Could not parse request body into json', { status: 400 });
  }
}

function headers({ model }: LoadedModel, requestId: string, length: number): Record<string, string> {
  return {
    'x-amzn-RequestId': requestId,
    'Content-Type': model.protocol === 'awsJson1_1' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
    'Content-Length': `${length}`,
  };
}
