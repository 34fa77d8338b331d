import { unsupported } from '../errors.ts';
import type { BusDetails } from './bus.ts';

/** What a request says of a bus that is kept and shown; refuses what would have to be done. */
export function busDetails({ Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig }: BusDetails): BusDetails {
  const level = LogConfig?.Level ?? 'OFF';
  if (level !== 'OFF') throw unsupported(`the logging of event buses (LogConfig.Level ${level})`);
  return {
    ...(Description !== undefined && { Description }),
    ...(KmsKeyIdentifier !== undefined && { KmsKeyIdentifier }),
    ...(DeadLetterConfig !== undefined && { DeadLetterConfig }),
    ...(LogConfig !== undefined && { LogConfig }),
  };
}
