/** A further door to a broker on loopback, beside the one that asks for nothing. */
export interface Listener {
  /** In capitals. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'SASL_PLAINTEXT' | 'SASL_SSL' | 'SSL';
}

/** What a broker has that the smallest one has not. */
export interface BrokerExtras {
  readonly listeners: readonly Listener[];
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * The settings of a single broker that is its own controller, as small as it goes.
 * @param advertised where clients are told to find it
 */
export function serverProperties(
  port: number,
  controllerPort: number,
  folder: string,
  advertised = `127.0.0.1:${port}`,
  { listeners, settings: own }: BrokerExtras = { listeners: [], settings: {} },
): string {
  const addresses = listeners.map((each) => `,${each.name}://127.0.0.1:${each.port}`).join('');
  const protocols = listeners.map(({ name, protocol }) => `,${name}:${protocol}`).join('');
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${addresses}`,
    'advertised.listeners': `PLAINTEXT://${advertised}${addresses}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${protocols}`,
    'log.dirs': folder,
    ...singleBroker,
    'num.network.threads': 1,
    'num.io.threads': 2,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.segment.bytes': 16_777_216,
    ...own,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** What one broker alone needs, and what lets a group of consumers begin at once. */
export const singleBroker: Readonly<Record<string, string | number | boolean>> = {
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  'num.partitions': 1,
  'offsets.topic.num.partitions': 1,
  'offsets.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
};
