/** Families whose `*` is allowed, with their members (docs: API_QueueConfiguration.html). */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  's3:ObjectCreated:': ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'],
  's3:ObjectRemoved:': ['Delete', 'DeleteMarkerCreated'],
  's3:ObjectRestore:': ['Post', 'Completed', 'Delete'],
  's3:Replication:': [
    'OperationFailedReplication',
    'OperationNotTracked',
    'OperationMissedThreshold',
    'OperationReplicatedAfterThreshold',
  ],
  's3:LifecycleExpiration:': ['Delete', 'DeleteMarkerCreated'],
  's3:ObjectTagging:': ['Put', 'Delete'],
  's3:ObjectAnnotation:': ['Put', 'Delete'],
};

const SINGLE = [
  's3:ReducedRedundancyLostObject',
  's3:LifecycleTransition',
  's3:IntelligentTiering',
  's3:ObjectAcl:Put',
  's3:ObjectRetention:Put',
];

const KNOWN: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...SINGLE.map((name) => [name, [name]] as const),
  ...Object.entries(FAMILIES).flatMap(([family, members]) => {
    const names = members.map((member) => family + member);
    return [[`${family}*`, names] as const, ...names.map((name) => [name, [name]] as const)];
  }),
]);

/** The single events that an event type stands for; `undefined` when there is no such type. */
export const expandEventType = (type: string): readonly string[] | undefined => KNOWN.get(type);
