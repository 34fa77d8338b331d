import type { AliasConfiguration, AliasRoutingConfiguration } from '@aws-sdk/client-lambda';
import { functionNotFound, invalidParameter, untypedInvalidParameter } from '../lambda-error.ts';
import { functionArn } from './function-name.ts';
import { type AliasRecord, type FunctionRecord, LATEST, versionOf } from './function-record.ts';

/** How an alias is answered. */
export function aliasConfiguration(record: FunctionRecord, alias: AliasRecord): AliasConfiguration {
  const { second } = alias;
  return {
    AliasArn: functionArn(record, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(second ? { RoutingConfig: { AdditionalVersionWeights: { [second.version]: second.weight } } } : {}),
  };
}

/** The second version of a routing configuration; `undefined` when it names none, which is how routing is ended. */
export function secondVersion(routing: AliasRoutingConfiguration): AliasRecord['second'] {
  const weights = Object.entries(routing.AdditionalVersionWeights ?? {});
  if (weights.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  const [first] = weights;
  return first && { version: first[0], weight: first[1] };
}

/** An alias needs versions that exist, and `$LATEST` takes part in no routing. */
export function requireAliasVersions(record: FunctionRecord, { version, second }: AliasRecord): void {
  if (second && version === LATEST) {
    throw untypedInvalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
  }
  if (second?.version === version) {
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
  for (const each of second ? [version, second.version] : [version]) {
    if (!versionOf(record, each)) throw functionNotFound(functionArn(record, each));
  }
}
