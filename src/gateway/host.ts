/** What the `Host` header says beyond where the request was sent. */
export interface HostParts {
  /** Of S3's virtual-host style. */
  readonly bucket: string | undefined;
  /** Named in the host, e.g. `s3.eu-west-1.localhost`. */
  readonly region: string | undefined;
}

const NOTHING: HostParts = { bucket: undefined, region: undefined };
const MAX_KNOWN = 1000;
const known = new Map<string, HostParts>();

/** Reads `bucket.s3.eu-west-1.localhost`, `bucket.localhost`, `s3.localhost`, `bucket.s3.amazonaws.com`, with any port. */
export function readHost(host: string): HostParts {
  let parts = known.get(host);
  if (!parts) {
    parts = parseHost(host.replace(/:\d+$/, '').toLowerCase());
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(host, parts);
  }
  return parts;
}

function parseHost(name: string): HostParts {
  if (/^[\d.]+$|^\[|^localhost$/.test(name)) return NOTHING;
  const s3 = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d))?\.[a-z]/.exec(name);
  if (s3) return { bucket: s3[1], region: s3[2] };
  const service = /^(?:sqs|lambda|sts|iam|kinesis|(?:streams\.)?dynamodb)(?:\.([a-z]{2}(?:-[a-z]+)+-\d))?\./.exec(name);
  if (service) return { bucket: undefined, region: service[1] };
  const local = /^(.+)\.localhost$/.exec(name);
  return local ? { bucket: local[1], region: undefined } : NOTHING;
}
