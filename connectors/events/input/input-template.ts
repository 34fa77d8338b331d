import { type LosslessJson, parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import { jsonText } from './json-text.ts';

/** A piece of a template: text as it is, or a variable and whether it stands between quotes. */
type Piece = string | { readonly variable: string; readonly inString: boolean };

/** A template that was taken apart. */
export interface InputTemplate {
  readonly pieces: readonly Piece[];
  /** Whether it makes JSON, or text: one or several strings in quotes, which reach the target as they are. */
  readonly isText: boolean;
}

const VARIABLE = /^<([A-Za-z0-9_.-]+)>/;

/** Takes a template apart. */
export function parseTemplate(template: string): InputTemplate {
  const pieces: Piece[] = [];
  let text = '';
  let inString = false;
  for (let at = 0; at < template.length; ) {
    const character = template.charAt(at);
    const variable = character === '<' ? VARIABLE.exec(template.slice(at)) : null;
    if (variable?.[1] !== undefined) {
      pieces.push(text, { variable: variable[1], inString });
      text = '';
      at += variable[0].length;
      continue;
    }
    const taken = inString && character === '\\' ? template.slice(at, at + 2) : character;
    if (character === '"') inString = !inString;
    text += taken;
    at += taken.length;
  }
  pieces.push(text);
  return { pieces, isText: template.trimStart().startsWith('"') };
}

/** The variables that the template names. */
export const variablesOf = ({ pieces }: InputTemplate): readonly string[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable]));

/** Whether it can become what AWS delivers: JSON, or strings in quotes. Variables outside quotes stand for values. */
export function isWellFormed({ pieces, isText }: InputTemplate): boolean {
  const sample = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.inString ? '' : 'null')).join('');
  if (!isText) return parseLosslessJson(sample) !== undefined;
  return /^\s*(?:"(?:[^"\\]|\\.)*"\s*)+$/s.test(sample);
}

/**
 * What the template makes of the values; `undefined` when that is no JSON although it should be, as when an object stands
 * between the quotes of a JSON string (recorded: such an event does not arrive). Values are not escaped; in text, those
 * that are no strings lose their quotes, and what is missing is nothing. Elsewhere what is missing is `""`.
 */
export function fillTemplate(
  { pieces, isText }: InputTemplate,
  valueFor: (variable: string) => LosslessJson | undefined,
): string | undefined {
  const filled = pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const value = valueFor(piece.variable);
      if (value === undefined) return piece.inString ? '' : '""';
      if (!piece.inString) return jsonText(value);
      if (value.kind === 'string') return value.value;
      return isText ? jsonText(value).replaceAll('"', '') : jsonText(value);
    })
    .join('');
  if (isText) return filled;
  const json = parseLosslessJson(filled);
  return json && jsonText(json);
}
