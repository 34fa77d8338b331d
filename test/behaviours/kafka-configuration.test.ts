// https://docs.aws.amazon.com/lambda/latest/dg/kafka-esm-parameters.html
// A mapping of a self-managed cluster names brokers and a topic; what it does not name it shows with AWS's defaults.
import { describe, expect, test } from 'vitest';
import { DEAD_LETTERS, FUNCTION } from './dispatch-fakes.ts';
import { IN_NETWORK, PROVISIONED, setUpKafka } from './kafka-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:broker-AbCdEf';
const LOGIN = { username: 'alice', password: 'x' };
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error.message,
  );

describe('a mapping of a self-managed cluster', () => {
  test('shows what AWS shows, as recorded', async () => {
    const { create } = setUpKafka();
    const made = await create({ MaximumBatchingWindowInSeconds: undefined, SourceAccessConfigurations: IN_NETWORK });
    expect(made).toEqual({
      UUID: made['UUID'],
      BatchSize: 100,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${String(made['UUID'])}`,
      FunctionArn: FUNCTION,
      LastModified: made['LastModified'],
      LastProcessingResult: 'No records processed',
      SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['broker:9092'] } },
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: made['UUID'] },
      SourceAccessConfigurations: IN_NETWORK,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      Topics: ['orders'],
    });
  });

  test('shows what it was told', async () => {
    const { create } = setUpKafka();
    const told = {
      BatchSize: 7,
      MaximumBatchingWindowInSeconds: 3,
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: new Date('2025-01-01T00:00:00Z'),
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' },
      ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 5, PollerGroupName: 'together' },
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 60,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
      LoggingConfig: { SystemLogLevel: 'DEBUG' },
    };
    expect(await create(told)).toMatchObject(told);
  });

  test('is not told from ARNs of services', async () => {
    const { create, mappings } = setUpKafka();
    const { UUID } = await create();
    expect(await mappings.list({ FunctionName: 'fn' }, CONTEXT)).toMatchObject({ EventSourceMappings: [{ UUID }] });
    expect(await mappings.get(String(UUID), CONTEXT)).not.toHaveProperty('EventSourceArn');
  });

  test('is there once for brokers, topic and function', async () => {
    const { create } = setUpKafka();
    const { UUID } = await create();
    expect(await refusal(create())).toBe(
      `An event source mapping with event source ("broker:9092"), function ("${FUNCTION}"), topics ("orders") already exists. Please update or delete the existing mapping with UUID ${String(UUID)}`,
    );
  });

  test('keeps its consumer group to itself', async () => {
    const { create, cluster } = setUpKafka();
    cluster.make('others');
    const config = { SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' } };
    await create(config);
    expect(await refusal(create({ Topics: ['others'], ...config }))).toMatch(/^The consumer group ID group is used/);
  });

  test.each([
    [{ SourceAccessConfigurations: undefined }, "Required 'sourceAccessConfigurations' parameter is missing."],
    [{ Topics: undefined }, "Required 'topics' parameter is missing."],
    [{ FunctionName: 'none' }, 'Function does not exist'],
    [{ ParallelizationFactor: 2 }, 'Unsupported ParallelizationFactor parameter for given event source mapping type.'],
    [
      { TumblingWindowInSeconds: 2 },
      'Unsupported TumblingWindowInSeconds parameter for given event source mapping type.',
    ],
    [
      { ScalingConfig: { MaximumConcurrency: 2 } },
      'Unsupported ScalingConfig parameter for given event source mapping type.',
    ],
    [{ MaximumRetryAttempts: 1 }, 'Unsupported MaximumRetryAttempts parameter for given event source mapping type.'],
    [
      { MaximumRecordAgeInSeconds: 60 },
      'Unsupported MaximumRecordAgeInSeconds parameter for given event source mapping type.',
    ],
    [
      { BisectBatchOnFunctionError: true },
      'Unsupported BisectBatchOnFunctionError parameter for given event source mapping type.',
    ],
    [
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
      'Unsupported FunctionResponseTypes parameter for given event source mapping type.',
    ],
    [
      { DestinationConfig: { OnFailure: { Destination: 'kafka://failed' } } },
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      { ...PROVISIONED, DestinationConfig: { OnFailure: { Destination: 'kafka://orders' } } },
      'The destination kafka://orders is invalid: it is the topic that the mapping takes from.',
    ],
    [
      { ProvisionedPollerConfig: { MinimumPollers: 5, MaximumPollers: 4 } },
      'MinimumPollers must be less than or equal to MaximumPollers.',
    ],
    [{ ProvisionedPollerConfig: { MinimumPollers: 201 } }, 'MinimumPollers must be at most 200.'],
    [
      { SelfManagedKafkaEventSourceConfig: { ConsumptionMode: 'Queue' } },
      'Headwater does not offer the ConsumptionMode Queue.',
    ],
    [
      { SelfManagedKafkaEventSourceConfig: { SchemaRegistryConfig: { SchemaRegistryURI: 'https://registry' } } },
      'Headwater does not offer schema registries.',
    ],
    [
      { SourceAccessConfigurations: [{ Type: 'IAM_AUTH' }] },
      'Headwater does not offer IAM_AUTH to enter a Kafka cluster.',
    ],
    [
      { SourceAccessConfigurations: [{ Type: 'BASIC_AUTH', URI: SECRET }] },
      `There is no secret ${SECRET}; put it into secrets.json.`,
    ],
    [
      { StartingPosition: 'LATEST', StartingPositionTimestamp: new Date(0) },
      'StartingPositionTimestamp is only valid with StartingPosition AT_TIMESTAMP.',
    ],
    [{ FilterCriteria: { Filters: [{ Pattern: 'no JSON' }] } }, 'Invalid filter pattern definition.'],
  ])('is refused for %o', async (input, message) => {
    expect(await refusal(setUpKafka().create(input))).toBe(message);
  });

  test('is refused for a function that may run longer than Kafka waits', async () => {
    const made = setUpKafka();
    made.fn.timeoutMs = 841_000;
    expect(await refusal(made.create())).toMatch(/^Function timeout: 841 seconds/);
  });

  test('names secrets, of which none is shown', async () => {
    const { create, registry } = setUpKafka({ secrets: { [SECRET]: LOGIN } });
    const access = [{ Type: 'SASL_SCRAM_512_AUTH', URI: SECRET }];
    expect(await create({ SourceAccessConfigurations: access })).toMatchObject({ SourceAccessConfigurations: access });
    expect(JSON.stringify(await registry.list(''))).not.toContain('alice');
  });

  test('says which member a secret lacks', async () => {
    const { create } = setUpKafka({ secrets: { [SECRET]: { username: 'alice' } } });
    const access = [{ Type: 'BASIC_AUTH', URI: SECRET }];
    expect(await refusal(create({ SourceAccessConfigurations: access }))).toBe(
      `The secret ${SECRET} has no "password", which BASIC_AUTH needs.`,
    );
  });

  test('cannot be made of an MSK cluster', async () => {
    const { mappings } = setUpKafka();
    const arn = 'arn:aws:kafka:us-east-1:000000000000:cluster/c/uuid-1';
    const input = { FunctionName: 'fn', EventSourceArn: arn, Topics: ['orders'], StartingPosition: 'LATEST' };
    expect(await refusal(mappings.create(input, CONTEXT))).toMatch(/^Headwater does not offer Amazon MSK clusters/);
  });
});

describe('an update', () => {
  test('changes what can be changed', async () => {
    const { create, mappings } = setUpKafka();
    const { UUID } = await create();
    await mappings.update({ UUID, BatchSize: 5, ...PROVISIONED, MaximumRetryAttempts: 2 }, CONTEXT);
    expect(await mappings.get(String(UUID), CONTEXT)).toMatchObject({
      BatchSize: 5,
      MaximumRetryAttempts: 2,
      ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 200 },
      State: 'Enabled',
    });
  });

  test('does not take the provisioned mode from a mapping that needs it', async () => {
    const { create, mappings } = setUpKafka();
    const { UUID } = await create({ ...PROVISIONED, MaximumRetryAttempts: 2 });
    const back = { UUID, ProvisionedPollerConfig: {} };
    expect(await refusal(mappings.update(back, CONTEXT))).toMatch(/^Unsupported MaximumRetryAttempts/);
    await mappings.update({ ...back, MaximumRetryAttempts: -1 }, CONTEXT);
    expect(await mappings.get(String(UUID), CONTEXT)).not.toHaveProperty('ProvisionedPollerConfig');
  });

  test('does not change the consumer group', async () => {
    const { create, mappings } = setUpKafka();
    const { UUID } = await create();
    const changed = { UUID, SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'another' } };
    expect(await refusal(mappings.update(changed, CONTEXT))).toBe(
      'ConsumerGroupId can only be set when the mapping is created.',
    );
  });
});
