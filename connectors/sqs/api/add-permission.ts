import type { AddPermissionCommandInput } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { parsePolicy, type Statement, statementsOf } from '../../../src/core/resource-policy.ts';
import { invalidValue, missingParameter } from '../errors.ts';
import type { SqsService } from '../service.ts';

const ACTIONS = [
  '*',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'GetQueueUrl',
];
const MAX_ACTIONS = 7;
const LABEL = /^[\w-]{1,80}$/;

/** Adds a statement to the queue's policy that lets accounts do actions. */
export const addPermission: Operation<SqsService, AddPermissionCommandInput, object> = async (
  service,
  input,
  context,
) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    const { label, accounts, actions } = checkInput(input);
    const policy = parsePolicy(queue.attributes['Policy']);
    const statements = statementsOf(policy);
    if (statements.some(({ Sid }) => Sid === label)) throw invalidValue(label, 'Label', 'Already exists.');
    const statement: Statement = {
      Sid: label,
      Effect: 'Allow',
      // Listed from the last to the first (recorded).
      Principal: { AWS: oneOrMore(accounts.map((account) => `arn:aws:iam::${account}:root`).reverse()) },
      Action: oneOrMore(actions.map((action) => `SQS:${action}`)),
      Resource: queue.arn,
    };
    const frame = policy ?? { Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy` };
    const text = JSON.stringify({ ...frame, Statement: [...statements, statement] });
    await service.directory.update(queue, { ...queue, attributes: { ...queue.attributes, Policy: text } });
    return {};
  });

function checkInput({ Label, AWSAccountIds, Actions }: AddPermissionCommandInput) {
  if (!Label) throw missingParameter('Label');
  if (!AWSAccountIds?.length) throw missingParameter('AWSAccountIds');
  if (!Actions?.length) throw missingParameter('Actions');
  if (!LABEL.test(Label)) {
    const reason = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
    throw invalidValue(Label, 'Label', reason);
  }
  const wrong = Actions.find((action) => !ACTIONS.includes(action));
  if (wrong !== undefined) {
    const reason = 'Only the queue owner is allowed to invoke this action.';
    throw invalidValue(`SQS:${wrong}`, 'ActionName', reason);
  }
  if (Actions.length > MAX_ACTIONS) {
    const message = `${Actions.length} Actions were found, maximum allowed is ${MAX_ACTIONS}.`;
    throw new ServiceError('OverLimit', message, { status: 403 });
  }
  const account = AWSAccountIds.find((id) => !/^\d{12}$/.test(id));
  if (account !== undefined) {
    throw invalidValue(AWSAccountIds.join(', '), 'PrincipalId', 'Unable to verify.');
  }
  return { label: Label, accounts: AWSAccountIds, actions: Actions };
}

/** A policy holds one value as itself, several as a list. */
function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [first = '', ...others] = values;
  return others.length > 0 ? values : first;
}
