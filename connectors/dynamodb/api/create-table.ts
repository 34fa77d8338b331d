import type { CreateTableCommandInput, CreateTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { resourceInUse } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { describeChange } from '../table/describe-table.ts';
import { readTable } from '../table/read-table.ts';
import { checkTableName } from '../table/table-name.ts';
import { refuseUnsupported } from '../unsupported.ts';

type Output = Omit<CreateTableCommandOutput, '$metadata'>;

/** Creates a table; the answer shows it on its way. */
export const createTable: Operation<DynamodbService, CreateTableCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const name = checkTableName(input.TableName);
  refuseUnsupported(input, ['GlobalTableSourceArn', 'GlobalTableSettingsReplicationMode', 'VectorIndexes']);
  const defined = readTable(service, context, name, input);
  return await service.directory.change(async (turn) => {
    const existing = await turn.find(context, name);
    if (existing) throw resourceInUse(`Table already exists: ${name}`);
    const specified = await service.capture.specify(turn, defined, input.StreamSpecification);
    // What an interrupted deletion left behind must not come back.
    await service.tables.drop(specified.arn);
    await service.tables.create(specified.arn);
    const table = await turn.put(specified);
    return { TableDescription: await describeChange(service, table, 'CREATING') };
  });
};
