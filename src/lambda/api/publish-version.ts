import type { FunctionConfiguration, PublishVersionRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import type { FunctionRecord, VersionRecord } from '../function/function-record.ts';
import { requireRevision, requireSettled, revisionOf } from '../function/revision.ts';
import { publishVersion as publish } from '../function/version.ts';
import { invalidParameter, notSupported } from '../lambda-error.ts';
import { describeVersion, type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export const publishVersion: Operation<LambdaService, PublishVersionRequest, FunctionConfiguration> = async (
  service,
  input,
  context,
) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  if (input.PublishTo !== undefined) throw notSupported('publishing to $LATEST.PUBLISHED (PublishTo)');
  await requireCodeSha(service, await requireFunction(service, reference), input.CodeSha256);
  let version: VersionRecord | undefined;
  const record = await service.functions.change(reference, (before) => {
    const nowMs = service.clock.nowMs();
    requireRevision(input.RevisionId, revisionOf(before.latest, nowMs));
    requireSettled(before, nowMs);
    const published = publish(service, before, { description: input.Description });
    version = published.version;
    return published.record;
  });
  const shown = version ?? record.latest;
  return describeVersion(service, record, shown, { qualifier: shown.version, as: 'full' });
};

async function requireCodeSha(service: LambdaService, record: FunctionRecord, wanted: string | undefined) {
  if (!wanted) return;
  const { sha256 } = await service.code.describe(record.latest.code);
  if (sha256 === wanted) return;
  throw invalidParameter(
    `CodeSHA256 (${wanted}) is different from current CodeSHA256 in $LATEST (${sha256}). ` +
      'Please try again with the CodeSHA256 in $LATEST.',
  );
}
