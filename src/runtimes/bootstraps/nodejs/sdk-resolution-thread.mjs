// The hooks thread of Node versions without `registerHooks`.
import rule from './sdk-resolution-rule.cjs';

let rulesResolve;

export function initialize(parentURL) {
  rulesResolve = rule.createResolve(parentURL);
}

export const resolve = (specifier, context, nextResolve) => rulesResolve(specifier, context, nextResolve);
