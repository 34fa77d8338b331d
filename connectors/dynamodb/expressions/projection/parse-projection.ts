import { checkOverlaps } from '../overlap.ts';
import { parsePath } from '../syntax/parse-operand.ts';
import { checkPathWords, type ExpressionContext, resolvePath } from '../syntax/resolve.ts';
import { TokenReader } from '../syntax/token.ts';
import type { Projection } from './project.ts';

const NO_KEYWORDS: ReadonlySet<string> = new Set();

/** Reads and checks a projection expression: paths with commas between them. */
export function parseProjection(text: string, context: ExpressionContext): Projection {
  const reader = new TokenReader(text, context.parameter);
  const nodes = [parsePath(reader, NO_KEYWORDS)];
  while (reader.takeIf(',')) nodes.push(parsePath(reader, NO_KEYWORDS));
  reader.expectEnd();
  for (const node of nodes) checkPathWords(node, context.parameter);
  const paths = nodes.map((node) => resolvePath(node, context));
  checkOverlaps(paths, context.parameter);
  return paths;
}
