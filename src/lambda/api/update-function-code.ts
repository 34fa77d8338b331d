import type { FunctionConfiguration, UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import type { Operation } from '../../core/operation.ts';
import { wholeFunction } from '../function/function-name.ts';
import type { FunctionRecord, VersionRecord } from '../function/function-record.ts';
import { requireRevision, requireSettled, revisionOf } from '../function/revision.ts';
import { publishVersion, updateLatest } from '../function/version.ts';
import { notSupported } from '../lambda-error.ts';
import { describeVersion, type LambdaService, requireFunction } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode: Operation<LambdaService, UpdateFunctionCodeRequest, FunctionConfiguration> = async (
  service,
  input,
  context,
) => {
  const reference = wholeFunction(context, input.FunctionName ?? '');
  if (input.PublishTo !== undefined) throw notSupported('publishing to $LATEST.PUBLISHED (PublishTo)');
  const before = await requireFunction(service, reference);
  const requireChangeable = (record: FunctionRecord) => {
    const nowMs = service.clock.nowMs();
    requireRevision(input.RevisionId, revisionOf(record.latest, nowMs));
    requireSettled(record, nowMs);
  };
  requireChangeable(before);
  const updated = await service.code.accept(context, input, async (code) => {
    let published: VersionRecord | undefined;
    const change = (record: FunctionRecord) => {
      requireChangeable(record);
      const architecture = input.Architectures?.[0] ?? record.latest.settings.architecture;
      const next = updateLatest(service, record, { code, settings: { ...record.latest.settings, architecture } });
      if (!input.Publish) return next;
      const publication = publishVersion(service, next, { settling: true });
      published = publication.version;
      return publication.record;
    };
    const record = input.DryRun ? change(before) : await service.functions.change(reference, change);
    return { record, published };
  });
  const { record, published } = updated;
  const shown = { qualifier: published?.version, as: 'full', settling: true } as const;
  const answer = await describeVersion(service, record, published ?? record.latest, shown);
  await service.code.forget([before.latest.code, record.latest.code]);
  return answer;
};
