import { type Arn, asArn, formatArn, parseArn, type Scope } from '../../../core/arn.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import { changeEntry } from '../../../core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../core/registry/entries-under.ts';

/**
 * A name for a stream of one account under which groups of others subscribe it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDestination.html
 */
export interface Destination extends Scope {
  readonly name: string;
  readonly arn: Arn;
  readonly targetArn: Arn;
  readonly roleArn: string;
  readonly createdAtMs: number;
  readonly accessPolicy?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** All destinations, in the registry. */
export interface DestinationDirectory {
  find(scope: Scope, name: string): Promise<Destination | undefined>;
  /** By name. */
  list(scope: Scope): Promise<readonly Destination[]>;
  /** Stores what `make` makes of the destination of that name, and returns it; of two changes at once none is lost. */
  change(scope: Scope, name: string, make: (current: Destination | undefined) => Destination): Promise<Destination>;
  remove(destination: Destination): Promise<void>;
  /** Where what is sent to this ARN goes: to a destination's target, else there itself. */
  resolve(arn: Arn): Promise<Arn | undefined>;
  findArn(arn: string): Promise<Destination | undefined>;
  clear(): Promise<void>;
}

const DESTINATIONS = 'logs/destinations/';
const keyOf = ({ account, region }: Scope, name: string) => `${DESTINATIONS}${account}/${region}/${name}`;

/** The ARN of a destination of that name. */
export const destinationArn = ({ account, region }: Scope, name: string): Arn =>
  formatArn({ service: 'logs', region, account, resource: `destination:${name}` });

/** The directory over a registry. */
export function createDestinationDirectory(registry: Registry): DestinationDirectory {
  const find = async (scope: Scope, name: string) => (await registry.get<Destination>(keyOf(scope, name)))?.value;
  const findArn = async (arn: string) => {
    const parts = parseArn(arn);
    const [kind, name] = parts?.resource.split(':') ?? [];
    if (parts?.service !== 'logs' || kind !== 'destination' || !name) return undefined;
    return await find(parts, name);
  };
  return {
    find,
    findArn,
    list: (scope) => valuesUnder<Destination>(registry, keyOf(scope, '')),
    change: (scope, name, make) => changeEntry(registry, keyOf(scope, name), make),
    remove: (destination) => registry.remove(keyOf(destination, destination.name)),
    async resolve(arn) {
      if (parseArn(arn)?.service !== 'logs') return arn;
      const found = await findArn(arn);
      return found && asArn(found.targetArn);
    },
    clear: () => removeUnder(registry, DESTINATIONS),
  };
}
