import { HeadwaterError } from '../core/errors.ts';
import type { ReplayStep, ReplaySummary } from '../core/replay.ts';

type Line =
  | ReplayStep
  | (ReplaySummary & { readonly kind: 'done' })
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Prints what a replay does as it does it; the exit code is 1 when something was not delivered, or it was stopped. */
export async function printSteps(lines: AsyncIterable<string>, asJson: boolean): Promise<number> {
  let isWhole = false;
  for await (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line.kind === 'refused') throw new HeadwaterError(line.code, line.message);
    if (line.kind === 'done') isWhole = line.failed === 0 && !line.stopped;
    console.log(asJson ? text : describeLine(line));
  }
  return isWhole ? 0 : 1;
}

const WIDTH = 15;

function describeLine(line: Exclude<Line, { kind: 'refused' }>): string {
  switch (line.kind) {
    case 'delivered': {
      const { outcome, records, shardId, firstSequenceNumber: first, lastSequenceNumber: last } = line;
      const place = shardId === undefined ? '' : ` of ${shardId} (${first === last ? first : `${first}–${last}`})`;
      const what = `${counted(records, 'record')}${place} to ${nameOf(line.functionArn)}`;
      return `${outcome.padEnd(WIDTH)} ${what}  (request ${line.requestId})${reason(line.error)}`;
    }
    case 'published':
      return `${(line.error === undefined ? 'published' : 'refused').padEnd(WIDTH)} ${line.eventId} into ${line.into}${reason(line.error)}`;
    case 'moved':
      return `${'moved'.padEnd(WIDTH)} mapping ${line.mapping} in ${line.shardId}`;
    case 'left-out':
      return `${'left out'.padEnd(WIDTH)} ${line.what}: ${line.why}`;
    case 'done':
      return `replay ${line.replay}${line.stopped ? ' was stopped' : ''}: ${line.succeeded} succeeded, ${line.failed} failed, ${counted(line.records, 'record')}`;
  }
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const reason = (error: string | undefined) => (error === undefined ? '' : `\n${' '.repeat(WIDTH + 1)}${error}`);
const nameOf = (functionArn: string) => functionArn.split(':function:')[1] ?? functionArn;
