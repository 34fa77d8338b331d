import type { AttributeDefinition as GivenDefinition, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { KeyType } from '../values/attribute-type.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import type { AttributeDefinition, KeySchema, Table } from './table.ts';
import { indexesOf, keyNames } from './table.ts';

/** The attributes that a request defines, each once. */
export function readDefinitions(given: readonly GivenDefinition[] | undefined): readonly AttributeDefinition[] {
  const definitions = (given ?? []).map(({ AttributeName = '', AttributeType }) => ({
    name: AttributeName,
    type: AttributeType as KeyType,
  }));
  const names = definitions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameters(`Duplicate AttributeName in AttributeDefinitions: ${twice}`);
  return definitions;
}

/** The key that a request describes, of attributes that it defines. */
export function readKeySchema(
  given: readonly KeySchemaElement[] | undefined,
  definitions: readonly AttributeDefinition[],
): KeySchema {
  const elements = given ?? [];
  if (elements.length > definitions.length) {
    throw validationException('Invalid KeySchema: Some index key attribute have no definition');
  }
  const [hash, range] = elements.map((element) => definitions.find(({ name }) => name === element.AttributeName));
  if (!hash || (elements.length > 1 && !range)) {
    const keys = elements.map(({ AttributeName }) => AttributeName).join(', ');
    const defined = definitions.map(({ name }) => name).join(', ');
    throw invalidParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys}], AttributeDefinitions: [${defined}]`,
    );
  }
  if (hash === range) {
    throw validationException('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (elements[0]?.KeyType !== 'HASH') {
    throw validationException('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (range && elements[1]?.KeyType !== 'RANGE') {
    throw validationException('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (elements.length > 2) {
    throw validationException(
      'Headwater does not support keys of more than two attributes. Leave them out, or run this against AWS.',
    );
  }
  return { hash, range };
}

/** Refuses definitions of attributes that no key consists of. */
export function refuseUnusedDefinitions(table: Table): void {
  const used = new Set([table.key, ...indexesOf(table).map(({ key }) => key)].flatMap(keyNames));
  if (table.attributes.every(({ name }) => used.has(name))) return;
  if (indexesOf(table).length === 0) {
    throw invalidParameters(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const defined = table.attributes.map(({ name }) => name).join(', ');
  throw invalidParameters(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined}], keys used: [${[...used].join(', ')}]`,
  );
}

/** A key as AWS describes it. */
export function describeKeySchema({ hash, range }: KeySchema): KeySchemaElement[] {
  const first: KeySchemaElement = { AttributeName: hash.name, KeyType: 'HASH' };
  return range ? [first, { AttributeName: range.name, KeyType: 'RANGE' }] : [first];
}
