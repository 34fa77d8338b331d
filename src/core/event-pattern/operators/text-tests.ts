import type { LosslessJson } from '../../json/lossless-json.ts';

/** Whether one leaf of the event satisfies one member of a pattern's list. */
export type LeafTest = (leaf: LosslessJson) => boolean;

/** Whether a text satisfies it. */
export type TextTest = (text: string) => boolean;

/** Only strings can satisfy it. */
export const onStrings =
  (test: TextTest): LeafTest =>
  (leaf) =>
    leaf.kind === 'string' && test(leaf.value);

/** The same text in any case. */
export function ignoringCase(wanted: string): TextTest {
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

/** The text begins or ends with the affix. */
export const affixTest = (operator: 'prefix' | 'suffix', affix: string): TextTest =>
  operator === 'prefix' ? (text) => text.startsWith(affix) : (text) => text.endsWith(affix);
