import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Any one character of Unicode. fast-check's own `binary` unit makes a table of them all first, which takes seconds. */
const character = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((point) => String.fromCodePoint(point < SURROGATES.first ? point : point + SURROGATES.count));
const ascii = fc.integer({ min: 0, max: 0x7f }).map((point) => String.fromCodePoint(point));

/** Texts of any characters, half of which are ASCII: control characters, quotes and the astral planes too. */
export const anyText = (constraints: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: fc.oneof(ascii, character) });
