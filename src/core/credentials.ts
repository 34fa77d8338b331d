import { asArn, DEFAULT_ACCOUNT } from './arn.ts';
import type { Caller } from './operation.ts';
import type { Random } from './random.ts';

/** Temporary credentials as STS hands them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Who an access key stands for, and its secret where signatures are verified. */
export interface Credentials {
  /** Signatures are verified when the user configured credentials. */
  readonly verify: boolean;
  /** The secret of a configured or issued key; `undefined` for an unknown one. */
  secretOf(accessKeyId: string): string | undefined;
  /** An issued key's account; else the key itself when it is 12 digits; else the default account. */
  accountOf(accessKeyId: string): string;
  callerOf(accessKeyId: string): Caller;
  /** Makes credentials that act in `account` as the identity `arn`; valid while this process lives. */
  issue(account: string, arn: string, userId: string): SessionCredentials;
}

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @param configured secrets by access key; when there is none, signatures are not verified. */
export function createCredentials(configured: ReadonlyMap<string, string>, random: Random): Credentials {
  const issued = new Map<string, { readonly account: string; readonly secret: string; readonly caller: Caller }>();
  const accountOf = (key: string) => issued.get(key)?.account ?? (/^\d{12}$/.test(key) ? key : DEFAULT_ACCOUNT);
  return {
    verify: configured.size > 0,
    secretOf: (key) => configured.get(key) ?? issued.get(key)?.secret,
    accountOf,
    callerOf(key) {
      const known = issued.get(key);
      if (known) return known.caller;
      const account = accountOf(key);
      return { accessKeyId: key, arn: asArn(`arn:aws:iam::${account}:root`), userId: account };
    },
    issue(account, arn, userId) {
      const accessKeyId = `ASIA${random.text(16, KEY_ALPHABET)}`;
      const secret = Buffer.from(random.bytes(30)).toString('base64');
      issued.set(accessKeyId, { account, secret, caller: { accessKeyId, arn, userId } });
      return { accessKeyId, secretAccessKey: secret, sessionToken: Buffer.from(random.bytes(96)).toString('base64') };
    },
  };
}
