import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { HeadwaterError } from '../core/errors.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { ambiguousNames } from './ambiguous-names.ts';
import type { HeadwaterConfig } from './declaration.ts';
import { scheduleHint } from './schedule-hint.ts';

let validate: ValidateFunction | undefined;

/**
 * Checks what a config file declares; throws a `HeadwaterError` that names each place, its value and what is allowed.
 * @param schemaFile path of `schema.json`
 * @param name how people call the source, e.g. the file's path
 */
export function checkConfig(value: unknown, schemaFile: string, name: string): HeadwaterConfig {
  validate ??= new Ajv({ allErrors: true, verbose: true, strict: true, strictRequired: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  if (!validate(value)) {
    const problems = [...new Set((validate.errors ?? []).flatMap(describe))];
    throw new HeadwaterError('INVALID_CONFIG', `${name}: ${problems.join('\n  ')}`);
  }
  const config = value as HeadwaterConfig;
  const ambiguous = ambiguousNames(config);
  if (ambiguous.length > 0) throw new HeadwaterError('INVALID_CONFIG', `${name}: ${ambiguous.join('\n  ')}`);
  return config;
}

/** `/queues/orders/delaySeconds` → `queues.orders.delaySeconds`. */
function placeOf(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.') || 'the file';
}

function describe(error: ErrorObject): readonly string[] {
  const { keyword, instancePath, params, data, parentSchema, message, propertyName } = error;
  const place = placeOf(instancePath);
  if (propertyName !== undefined) {
    return [`${place} has "${propertyName}"; a name there is ${allowed(parentSchema ?? {}, message)}`];
  }
  switch (keyword) {
    case 'propertyNames':
      // Said already, of the name itself.
      return [];
    case 'additionalProperties': {
      const known = Object.keys(parentSchema?.['properties'] ?? {});
      const written = String(params['additionalProperty']);
      const nearest = nearestWord(written, known);
      const hint = nearest ? `did you mean ${nearest}? ` : '';
      return [`${placeOf(`${instancePath}/${written}`)} is not known; ${hint}${place} takes ${known.join(', ')}`];
    }
    case 'required':
      // Part of the `oneOf` below, which says it better.
      if (/oneOf/.test(String(parentSchema?.['required'])) || parentSchema?.['type'] === undefined) return [];
      return [`${placeOf(`${instancePath}/${params['missingProperty']}`)} is missing`];
    case 'oneOf': {
      const choices = (error.schema as readonly { readonly required: readonly string[] }[]).flatMap(
        (each) => each.required,
      );
      return [`${place} takes either ${choices.map((choice) => JSON.stringify(choice)).join(' or ')}`];
    }
    default: {
      const fault = `${place} is ${shown(data)}; it takes ${allowed(parentSchema ?? {}, message)}`;
      // Many write a line of crontab here first.
      const isExpression = keyword === 'pattern' && place.endsWith('.scheduleExpression');
      return [isExpression ? `${fault}; ${scheduleHint(place.startsWith('rules.'), data)}` : fault];
    }
  }
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 80) ?? 'nothing';

function allowed(schema: Readonly<Record<string, unknown>>, message: string | undefined): string {
  const { type, minimum, maximum, enum: choices, pattern } = schema;
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' or ');
  const kind = type === 'integer' ? 'a whole number' : `${type === 'object' || type === 'array' ? 'an' : 'a'} ${type}`;
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} from ${minimum}`;
  if (pattern !== undefined) return `${kind} that matches ${pattern}`;
  return type === undefined || message?.startsWith('must NOT') ? `what ${message}` : kind;
}
