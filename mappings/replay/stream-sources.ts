import { type Arn, parseArn } from '../../src/core/arn.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { StreamSource } from '../../src/core/source.ts';

/** The sources whose past can be read. */
export interface StreamSources {
  /** The source that holds this stream. Throws `NOT_A_STREAM` for an ARN of anything else. */
  require(arn: Arn): StreamSource;
}

/** @param byService sources by ARN service */
export const createStreamSources = (byService: ReadonlyMap<string, StreamSource>): StreamSources => ({
  require(arn) {
    const source = byService.get(parseArn(arn)?.service ?? '');
    if (source) return source;
    const message = `${arn} is no stream; give the ARN of a Kinesis stream or of a table's stream`;
    throw new HeadwaterError('NOT_A_STREAM', message);
  },
});
