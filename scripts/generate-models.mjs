// Generates src/gateway/models/<service>.json: what the gateway must know of each AWS API, so that a user needs neither
// Python nor the SDK clients. Structure, HTTP bindings, query and XML names come from the schemas in @aws-sdk/client-*;
// min, max, pattern and enum from botocore, an ordinary PyPI package. The format is documented in src/gateway/schema/model.ts.
//
//   pip download --no-deps --dest /tmp/botocore botocore==1.44.5
//   npm run generate-models -- /tmp/botocore/botocore-1.44.5-py3-none-any.whl
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);

const DYNAMODB_ANSWERS = { errorNamespace: 'com.amazonaws.dynamodb.v20120810', crc32: true, patternFirst: true };

/**
 * What no schema says. `client`: the package, where its name differs. `validated`: the service answers with generated texts;
 * SQS and S3 have sentences of their own. `patternFirst`: these name a broken pattern before a broken length.
 */
const SERVICES = [
  {
    name: 'sqs',
    version: '2012-11-05',
    protocol: 'awsJson1_0',
    queryCompatible: true,
    errorNamespace: 'com.amazonaws.sqs',
    validated: false,
  },
  { name: 's3', version: '2006-03-01', protocol: 'restXml', validated: false },
  { name: 'lambda', version: '2015-03-31', protocol: 'restJson1', validated: true },
  { name: 'sts', version: '2011-06-15', protocol: 'awsQuery', validated: true },
  { name: 'iam', version: '2010-05-08', protocol: 'awsQuery', validated: true },
  { name: 'kinesis', version: '2013-12-02', protocol: 'awsJson1_1', validated: true, patternFirst: true },
  { name: 'dynamodb', version: '2012-08-10', protocol: 'awsJson1_0', ...DYNAMODB_ANSWERS, validated: true },
  {
    name: 'dynamodbstreams',
    client: 'dynamodb-streams',
    version: '2012-08-10',
    protocol: 'awsJson1_0',
    ...DYNAMODB_ANSWERS,
    validated: true,
  },
  { name: 'sns', version: '2010-03-31', protocol: 'awsQuery', validated: false },
  {
    name: 'events',
    client: 'eventbridge',
    version: '2015-10-07',
    protocol: 'awsJson1_1',
    validated: true,
    patternFirst: true,
  },
  { name: 'scheduler', version: '2021-06-30', protocol: 'restJson1', validated: true },
  {
    name: 'logs',
    client: 'cloudwatch-logs',
    version: '2014-03-28',
    protocol: 'awsJson1_1',
    validated: true,
    invalidCode: 'InvalidParameterException',
  },
  {
    name: 'cloudwatch',
    version: '2010-08-01',
    protocol: 'awsJson1_0',
    queryCompatible: true,
    errorNamespace: 'com.amazonaws.cloudwatch.v2010_08_01',
    validated: true,
  },
];

const XML_NAMESPACES = {
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  s3: 'http://s3.amazonaws.com/doc/2006-03-01/',
};

/**
 * Where AWS's recorded answers differ from botocore: sets in another order or with values of their own, older patterns.
 * Keyed by service and by shape, or by shape and member. Those of Kinesis and DynamoDB are as dynalite and kinesalite have
 * them, whose author compared them with AWS.
 */
const RECORDED_CONSTRAINTS = {
  // `put` was taken: the operations look at it themselves.
  events: { ConnectionOAuthHttpMethod: { enum: undefined } },
  kinesis: {
    ShardIteratorType: {
      enum: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
    },
    HashKey: { pattern: '0|([1-9]\\d{0,38})' },
    SequenceNumber: { pattern: '0|([1-9]\\d{0,128})' },
  },
  dynamodb: {
    ComparisonOperator: {
      enum: 'IN NULL BETWEEN LT NOT_CONTAINS EQ GT NOT_NULL NE LE BEGINS_WITH GE CONTAINS'.split(' '),
    },
    ConditionalOperator: { enum: ['OR', 'AND'] },
    ProjectionType: { enum: ['ALL', 'INCLUDE', 'KEYS_ONLY'] },
    ReturnValue: { enum: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] },
    ScalarAttributeType: { enum: ['B', 'N', 'S'] },
    Select: { enum: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] },
  },
  // Too long a name is answered in a sentence of its own.
  logs: { LogGroupName: { max: undefined }, LogStreamName: { max: undefined } },
  lambda: {
    EventSourcePosition: { enum: ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] },
    LayerVersionArn: {
      pattern:
        '(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)',
    },
    TaggableResource: {
      pattern:
        'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)',
    },
    'ListLayersRequest.CompatibleRuntime': { enum: recordedRuntimes() },
    'ListLayerVersionsRequest.CompatibleRuntime': { enum: recordedRuntimes() },
    'CompatibleRuntimes.member': {
      enum: 'nodejs20.x python3.14 provided.al2023 python3.12 python3.13 nodejs24.x nodejs22.x java25 python3.10 python3.11 java21 ruby3.3 ruby3.4 ruby3.2 python3.8 python3.9 java17 nodejs16.x dotnet10 dotnet8 java11 dotnet6 nodejs18.x provided.al2 java8.al2'.split(
        ' ',
      ),
      bare: true,
    },
  },
};

/** Members that AWS prints in its sentences and names in no schema, by service and shape. */
const RECORDED_MEMBERS = { events: { PutEventsRequestEntry: ['kmsKeyIdentifier', 'internalMetadata'] } };

/** Members that AWS prints in another order than botocore has them. */
const RECORDED_ORDER = {
  logs: {
    MetricTransformation: ['metricName', 'metricNamespace', 'metricValue', 'defaultValue', 'unit', 'dimensions'],
  },
};

function recordedRuntimes() {
  return 'ruby3.5 ruby2.6 dotnetcore1.0 python3.7 nodejs8.10 nasa ruby2.7 python2.7-greengrass dotnetcore2.0 python3.8 java21 dotnet6 dotnetcore2.1 python3.9 java11 nodejs6.10 provided dotnetcore3.1 dotnet8 java25 java17 nodejs nodejs4.3 java8.al2 go1.x dotnet10 nodejs20.x go1.9 byol nodejs10.x provided.al2023 nodejs22.x python3.10 java8 nodejs12.x python3.11 nodejs24.x nodejs8.x python3.12 nodejs14.x nodejs8.9 nodejs26.x python3.13 python3.14 nodejs16.x python3.15 provided.al2 nodejs4.3-edge nodejs18.x ruby3.2 python3.4 ruby3.3 ruby3.4 ruby2.5 python3.6 python2.7'.split(
    ' ',
  );
}

const LIST = 1;
const MAP = 2;
const UNION = 4;
const ERROR = -3;
const OPERATION = 9;
const SIMPLE = 0;
const LIST_OF = 64;
const MAP_OF = 128;

const PRIMITIVES = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp:date-time',
  6: 'timestamp:http-date',
  7: 'timestamp:epoch-seconds',
  15: 'document',
  17: 'number',
  19: 'number',
  21: 'blob',
  42: 'stream',
};

/** The bits in which the SDK packs traits that have no value. */
const TRAIT_BITS = [
  [1, 'httpLabel'],
  [8, 'sensitive'],
  [16, 'httpPayload'],
  [32, 'httpResponseCode'],
  [64, 'httpQueryParams'],
];
const KEPT_TRAITS = new Set([
  'httpLabel',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
  'httpQuery',
  'httpHeader',
  'httpPrefixHeaders',
  'xmlName',
  'xmlFlattened',
  'xmlAttribute',
  'xmlNamespace',
  'eventPayload',
  'eventHeader',
]);

function traitsOf(raw) {
  if (typeof raw !== 'number') return raw ?? {};
  return Object.fromEntries(TRAIT_BITS.filter(([bit]) => raw & bit).map(([, name]) => [name, 1]));
}

const keptTraits = (raw) => Object.fromEntries(Object.entries(traitsOf(raw)).filter(([name]) => KEPT_TRAITS.has(name)));

const dereference = (schema) => (typeof schema === 'function' ? schema() : schema);
const isTraited = (schema) => Array.isArray(schema) && schema.length === 2;

/** One service: walks from the operations, adding each shape it meets. */
class ServiceGenerator {
  constructor(settings, constraints) {
    this.settings = settings;
    this.constraints = constraints;
    this.shapes = {};
  }

  generate() {
    const client = require(`@aws-sdk/client-${this.settings.client ?? this.settings.name}`);
    const schemas = Object.entries(client).flatMap(([name, value]) => (name.endsWith('$') ? [value] : []));
    const operations = {};
    for (const [, , name, traits, input, output] of schemas.filter(([id]) => id === OPERATION)) {
      // An operation with an endpoint of its own never reaches this one.
      if (traits?.endpoint) continue;
      operations[name] = this.operation(name, traitsOf(traits).http, dereference(input), dereference(output));
    }
    for (const schema of schemas.filter(([id]) => id === ERROR)) this.target(schema);
    return { ...this.header(), operations: sorted(operations), shapes: sorted(this.shapes) };
  }

  header() {
    const { name, version, protocol, queryCompatible, errorNamespace, crc32, validated, invalidCode, patternFirst } =
      this.settings;
    const metadata = this.constraints.metadata;
    return {
      service: name,
      version,
      protocol,
      ...(queryCompatible ? { queryCompatible } : {}),
      ...(metadata.targetPrefix ? { targetPrefix: metadata.targetPrefix } : {}),
      xmlNamespace: XML_NAMESPACES[name] ?? metadata.xmlNamespace,
      ...(errorNamespace ? { errorNamespace } : {}),
      ...(crc32 ? { crc32 } : {}),
      validated,
      ...(invalidCode ? { invalidCode } : {}),
      ...(patternFirst ? { patternFirst } : {}),
    };
  }

  operation(name, http, input, output) {
    const unwrapped = name === 'GetBucketLocation';
    return {
      ...(http ? { http } : {}),
      ...(input === 'unit' ? {} : { input: this.target(input) }),
      ...(output === 'unit' ? {} : { output: this.target(output) }),
      ...(unwrapped ? { unwrapped } : {}),
    };
  }

  /** The name of a shape, which is added when it is new. */
  target(schema) {
    const resolved = dereference(schema);
    if (typeof resolved === 'number') return this.primitive(resolved);
    const [id, , name, traits, ...rest] = resolved;
    if (this.shapes[name]) return name;
    this.shapes[name] = {};
    if (id === SIMPLE) this.shapes[name] = this.simple(name, traits, rest[0]);
    else if (id === LIST)
      this.shapes[name] = { list: this.member(rest[0], name, 'member'), ...this.constraintOf(name) };
    else if (id === MAP) {
      this.shapes[name] = {
        map: [this.member(rest[0], name, 'key'), this.member(rest[1], name, 'value')],
        ...this.constraintOf(name),
      };
    } else this.shapes[name] = this.structure(id, name, traitsOf(traits), rest);
    return name;
  }

  primitive(number) {
    if (number >= MAP_OF) {
      const name = `MapOf:${this.primitive(number - MAP_OF)}`;
      this.shapes[name] ??= { map: ['string', this.primitive(number - MAP_OF)] };
      return name;
    }
    if (number >= LIST_OF) {
      const name = `ListOf:${this.primitive(number - LIST_OF)}`;
      this.shapes[name] ??= { list: this.primitive(number - LIST_OF) };
      return name;
    }
    const primitive = PRIMITIVES[number];
    if (!primitive) throw new Error(`${this.settings.name}: unknown primitive schema ${number}`);
    return primitive;
  }

  simple(name, traits, primitive) {
    const constraint = this.constraintOf(name);
    return {
      type: this.primitive(primitive),
      ...(traitsOf(traits).sensitive ? { sensitive: true } : {}),
      ...constraint,
    };
  }

  structure(id, name, traits, [names, targets, required = 0]) {
    const members = names.map((member, index) => [member, this.member(targets[index], name, member)]);
    return {
      members: Object.fromEntries(this.inOrder(name, members)),
      ...(required ? { required: names.slice(0, required) } : {}),
      alsoPrinted: RECORDED_MEMBERS[this.settings.name]?.[name],
      ...(id === UNION ? { union: true } : {}),
      ...(traits.streaming ? { eventStream: true } : {}),
      ...(traits.xmlName ? { xmlName: traits.xmlName } : {}),
      ...(id === ERROR ? { error: this.error(traits) } : {}),
    };
  }

  /** The SDK puts required members first; botocore keeps AWS's order, in which XML is written and errors are listed. */
  inOrder(name, members) {
    const order = RECORDED_ORDER[this.settings.name]?.[name] ?? this.constraints.memberNames(name);
    const position = (member) => (order.includes(member) ? order.indexOf(member) : order.length);
    return members.sort(([a], [b]) => position(a) - position(b));
  }

  error({ error, httpError, awsQueryError }) {
    return {
      fault: error === 'server' ? 'Receiver' : 'Sender',
      ...(httpError ? { status: httpError } : {}),
      ...(awsQueryError ? { queryCode: awsQueryError[0] } : {}),
    };
  }

  /** A member is the name of its shape, or a pair of that and its traits. */
  member(schema, owner, name) {
    const resolved = dereference(schema);
    const [target, raw] = isTraited(resolved) ? resolved : [resolved, undefined];
    const traits = keptTraits(raw);
    const shape = this.constrained(dereference(target), owner, name);
    return Object.keys(traits).length > 0 ? [shape, traits] : shape;
  }

  /** The SDK's schemas inline plain members; botocore names them, and the name carries the constraints. */
  constrained(target, owner, name) {
    const plain = this.target(target);
    if (!this.settings.validated) return plain;
    const named = this.constraints.memberShape(owner, name);
    const key = `${owner}.${name}`;
    const recorded = this.recorded(key);
    if (recorded) {
      this.shapes[key] = { type: plain, ...recorded };
      return key;
    }
    if (!named || plain === named) return plain;
    const constraint = this.constraintOf(named);
    if (!constraint && !plain.startsWith('ListOf:') && !plain.startsWith('MapOf:')) return plain;
    if (!this.shapes[named]) {
      this.shapes[named] = {};
      this.shapes[named] = this.named(named, plain, constraint);
    }
    return named;
  }

  recorded(key) {
    return RECORDED_CONSTRAINTS[this.settings.name]?.[key];
  }

  named(name, plain, constraint) {
    const { list, map } = this.shapes[plain] ?? {};
    if (list) return { list: this.constrainedPart(list, name, 'member'), ...constraint };
    if (map) {
      return {
        map: [this.constrainedPart(map[0], name, 'key'), this.constrainedPart(map[1], name, 'value')],
        ...constraint,
      };
    }
    return { type: plain, ...constraint };
  }

  constrainedPart(plain, owner, name) {
    const code = Object.entries(PRIMITIVES).find(([, primitive]) => primitive === plain)?.[0];
    return code === undefined ? plain : this.constrained(Number(code), owner, name);
  }

  constraintOf(name) {
    if (!this.settings.validated) return undefined;
    const constraint = this.constraints.of(name);
    return constraint && { ...constraint, ...this.recorded(name) };
  }
}

/** botocore's view of a service: the shape behind each member, and the constraints on shapes. */
function botocoreConstraints(wheel, { name, version }) {
  const packed = execFileSync('unzip', ['-p', wheel, `botocore/data/${name}/${version}/service-2.json.gz`], {
    maxBuffer: 2 ** 26,
  });
  const { metadata, shapes } = JSON.parse(gunzipSync(packed).toString());
  return {
    metadata,
    memberNames: (shapeName) => Object.keys(shapes[shapeName]?.members ?? {}),
    memberShape(owner, member) {
      const shape = shapes[owner];
      if (!shape) return undefined;
      if (member === 'member') return shape.member?.shape;
      if (member === 'key' || member === 'value') return (shape[member] ?? shape.members?.[member])?.shape;
      return shape.members?.[member]?.shape;
    },
    of(shapeName) {
      const { type, min, max, pattern, enum: values } = shapes[shapeName] ?? {};
      const constraint = {
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(pattern === undefined ? {} : { pattern }),
        ...(values === undefined ? {} : { enum: values }),
        ...(type === 'double' || type === 'float' ? { float: true } : {}),
      };
      return Object.keys(constraint).length > 0 ? constraint : undefined;
    },
  };
}

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** One line per operation and shape, so that a regenerated model shows a readable difference. */
function formatModel({ operations, shapes, ...header }) {
  const lines = (object) =>
    Object.entries(object)
      .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
      .join(',\n');
  const head = JSON.stringify(header).slice(1, -1);
  return `{${head},\n"operations":{\n${lines(operations)}\n},\n"shapes":{\n${lines(shapes)}\n}}\n`;
}

const wheel = process.argv[2];
if (!wheel) {
  console.error('Name the botocore wheel: npm run generate-models -- <botocore-….whl>; see the top of this script.');
  process.exit(2);
}
for (const settings of SERVICES) {
  const model = new ServiceGenerator(settings, botocoreConstraints(wheel, settings)).generate();
  const text = formatModel(model);
  writeFileSync(new URL(`../src/gateway/models/${settings.name}.json`, import.meta.url), text);
  console.log(`${settings.name}: ${Object.keys(model.operations).length} operations, ${text.length} bytes`);
}
