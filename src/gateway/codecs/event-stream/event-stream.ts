import type { ByteStream } from '../../../core/operation.ts';
import type { Member, StructureShape } from '../../schema/shape.ts';
import { eventFrame } from './frame.ts';

export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

type Fields = Readonly<Record<string, unknown>>;

/** How a protocol writes what is in the frames. */
interface EventFormat {
  readonly contentType: string;
  print(shape: StructureShape, value: Fields): Buffer;
  /** What ended the stream. */
  exception(error: unknown): { readonly code: string; readonly payload: Buffer };
}

const known = new WeakMap<StructureShape, Member | undefined>();

/** The member of an output that is a stream of events. */
export function eventStreamOf(output: StructureShape): Member | undefined {
  if (known.has(output)) return known.get(output);
  const found = output.members.find(({ shape }) => shape.kind === 'structure' && shape.eventStream);
  known.set(output, found);
  return found;
}

/**
 * The frames of an output whose events come one by one. The first holds the other members, as the protocols without HTTP
 * bindings have it (https://smithy.io/2.0/aws/amazon-eventstream.html#initial-response-messages); an error on the way
 * becomes the last.
 */
export async function* writeEventStream(output: StructureShape, value: Fields, format: EventFormat): ByteStream {
  const stream = eventStreamOf(output);
  if (stream?.shape.kind !== 'structure') return;
  const others = { ...output, members: output.members.filter((member) => member !== stream) };
  yield messageFrame('initial-response', format.print(others, value), format);
  try {
    for await (const event of value[stream.name] as AsyncIterable<Fields>) {
      for (const { name, shape } of stream.shape.members) {
        const content = event[name];
        if (content === undefined || shape.kind !== 'structure') continue;
        yield messageFrame(name, format.print(shape, content as Fields), format);
      }
    }
  } catch (error) {
    const { code, payload } = format.exception(error);
    const headers = { ':message-type': 'exception', ':exception-type': code, ':content-type': format.contentType };
    yield eventFrame(headers, payload);
  }
}

const messageFrame = (type: string, payload: Buffer, { contentType }: EventFormat): Buffer =>
  eventFrame({ ':message-type': 'event', ':event-type': type, ':content-type': contentType }, payload);
