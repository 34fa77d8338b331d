import { type Arn, asArn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import { type MappingInput, refuse } from '../mapping/mapping-settings.ts';

/** What stands for the service in the name of a source that has no ARN on AWS. */
export const SELF_MANAGED_KAFKA = 'self-managed-kafka';

/** The members of a request that name a cluster of the user's own. */
interface SourceInput {
  readonly EventSourceArn?: string;
  readonly SelfManagedEventSource?: {
    readonly Endpoints?: { readonly KAFKA_BOOTSTRAP_SERVERS?: readonly string[] };
  };
  readonly Topics?: readonly string[];
}

/** Brokers and topic of a self-managed source. */
export interface SelfManagedTopic {
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** What a request takes from: an ARN, or brokers and a topic under a name of ours in the form of one. */
export function requestedSource(input: MappingInput, scope: Scope): Arn {
  const { EventSourceArn, SelfManagedEventSource, Topics }: SourceInput = input;
  if (!SelfManagedEventSource) return serviceSource(EventSourceArn ?? '');
  if (EventSourceArn !== undefined) refuse('EventSourceArn and SelfManagedEventSource cannot be set together.');
  const brokers = SelfManagedEventSource.Endpoints?.KAFKA_BOOTSTRAP_SERVERS ?? [];
  const [topic] = Topics ?? [];
  if (brokers.length === 0) refuse('SelfManagedEventSource needs KAFKA_BOOTSTRAP_SERVERS.');
  if (topic === undefined) return refuse("Required 'topics' parameter is missing.");
  const { account, region } = scope;
  return formatArn({ service: SELF_MANAGED_KAFKA, region, account, resource: `${brokers.join(',')}/${topic}` });
}

function serviceSource(arn: string): Arn {
  if (parseArn(arn)?.service === 'kafka') {
    refuse(`Headwater does not offer Amazon MSK clusters (${arn}); name the brokers in SelfManagedEventSource.`);
  }
  return asArn(arn);
}

/** What a name from {@link requestedSource} says. */
export function selfManagedTopic(sourceArn: Arn): SelfManagedTopic {
  const resource = parseArn(sourceArn)?.resource ?? '';
  const slash = resource.lastIndexOf('/');
  return { brokers: resource.slice(0, slash).split(','), topic: resource.slice(slash + 1) };
}
