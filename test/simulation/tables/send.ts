import { ServiceError } from '../../../src/core/errors.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { call } from '../engine/life.ts';
import { fromAttributes, keyAttributes } from './attributes.ts';
import type { Life } from './life.ts';
import { textOf } from './model.ts';
import type { TableRequest, Write } from './plan.ts';
import { TableName, writeInput } from './request-input.ts';

/** The answer to a request, as a text that the model makes too: what each write came to. */
export type Answer = string;

/** Sends a request; refusals are answers. */
export async function send(life: Life, request: TableRequest): Promise<Answer> {
  try {
    return await answerTo(life, request);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const reasons = error.options.members?.['CancellationReasons'] as readonly { readonly Code: string }[] | undefined;
    return reasons ? `cancelled: ${reasons.map(({ Code }) => Code).join(', ')}` : error.code;
  }
}

async function answerTo(life: Life, request: TableRequest): Promise<Answer> {
  const nowMs = life.ground.clock.nowMs();
  switch (request.kind) {
    case 'write':
      return await write(life, request.write, nowMs);
    case 'batch': {
      const requests = request.writes.map((each) =>
        each.does === 'delete'
          ? { DeleteRequest: { Key: keyAttributes(each) } }
          : { PutRequest: { Item: writeInput(each, nowMs).input['Item'] } },
      );
      await call(life.api, 'BatchWriteItem', { RequestItems: { [TableName]: requests } });
      return 'ok';
    }
    case 'transaction': {
      const TransactItems = request.writes.map((each) => {
        const { operation, input } = writeInput(each, nowMs);
        return { [operation]: input };
      });
      const token = request.token === undefined ? {} : { ClientRequestToken: request.token };
      for (let times = request.again ? 2 : 1; times > 0; times--) {
        await call(life.api, 'TransactWriteItems', { TransactItems, ...token });
      }
      return 'ok';
    }
  }
}

/** One write with the item that it answers: the old one of a put or delete, the new one of an update. */
async function write(life: Life, planned: Write, nowMs: number): Promise<Answer> {
  const { operation, input } = writeInput(planned, nowMs);
  const ReturnValues = operation === 'Update' ? 'ALL_NEW' : 'ALL_OLD';
  const { Attributes } = await call<{ readonly Attributes?: AttributeMap }>(life.api, `${operation}Item`, {
    ...input,
    ReturnValues,
  });
  return `ok ${textOf(Attributes && fromAttributes(Attributes))}`;
}
