import type { ByteStream } from '../../../src/core/operation.ts';

/** An SDK shape whose body is a stream of bytes here. */
export type Streaming<Shape> = Omit<Shape, 'Body'> & { readonly Body?: ByteStream | undefined };
