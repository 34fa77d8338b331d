import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/source-files.ts';
import { furtherSteps, withPlaceholders } from './hints.ts';

/** A JSON-like value as the recordings hold them. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value };
/** A JSON object. */
export type Shape = { readonly [key: string]: Value };

/** One recorded case: its calls in order, and AWS's answers by label. */
export interface Scenario {
  readonly area: Area;
  readonly name: string;
  /** The file its answers are in, with the folder, e.g. `sqs/sqs.recorded.json`. */
  readonly file: string;
  readonly functions: readonly string[];
  readonly steps: readonly Step[];
  readonly answers: Readonly<Record<string, Value>>;
  /** When AWS answered, as the recording has it, e.g. `30-04-2024, 13:33:02`. */
  readonly recordedOn: string;
}

/** What a summary line is about. */
export type Area =
  | 'sqs'
  | 's3'
  | 'notifications'
  | 'lambda'
  | 'mapping'
  | 'kinesis'
  | 'dynamodb'
  | 'sns'
  | 'events'
  | 'scheduler'
  | 'logs';

/** A call, or the label of AWS's answer to the calls before it. */
export type Step =
  | { readonly call: string; readonly input: Shape; readonly times?: number; readonly setup?: boolean }
  | { readonly recorded: string };

/** The recordings lie beside the project, never in it. */
const folder = join(projectRoot, '../shared/aws-recorded');

/** Whether the recordings are there at all: a plain clone has none. */
export const recordingsPresent = existsSync(join(folder, 'sqs/scenarios.json'));

interface RawCase {
  readonly case: string;
  readonly area: string;
  readonly file: string;
  readonly functions: readonly string[];
  readonly steps: readonly Step[];
}
type RawAnswers = Readonly<
  Record<string, { readonly recorded: string; readonly content: Readonly<Record<string, Value>> }>
>;

/** The services whose folders hold the cases of an area. */
const FOLDERS: Readonly<Partial<Record<Area, readonly string[]>>> = {
  notifications: ['s3'],
  lambda: ['lambda_'],
  mapping: ['lambda_'],
  dynamodb: ['dynamodb', 'dynamodbstreams'],
};

/** Every case of an area that has at least one answer to compare with. */
export function loadScenarios(area: Area): readonly Scenario[] {
  return (FOLDERS[area] ?? [area]).flatMap(loadService).filter((scenario) => scenario.area === area);
}

function loadService(service: string): readonly Scenario[] {
  // Some files of answers were left out: there is nothing to compare with then.
  const read = (file: string) =>
    existsSync(join(folder, service, file))
      ? JSON.parse(readFileSync(join(folder, service, file), 'utf8'))
      : { cases: {} };
  const { cases } = read('scenarios.json') as { readonly cases: readonly RawCase[] };
  const answers = new Map<string, RawAnswers>();
  return cases.flatMap((raw) => {
    const known = answers.get(raw.file) ?? (read(raw.file) as { readonly cases: RawAnswers }).cases;
    answers.set(raw.file, known);
    const content = withPlaceholders(raw.case, known[raw.case]?.content ?? {});
    // Some labels stand in the list of calls for which AWS was never asked.
    const isKnown = (step: Step) => !('recorded' in step) || step.recorded in content;
    const all = [...raw.steps, ...furtherSteps(raw.case)].filter(isKnown);
    // What comes after the last answer to compare cannot show anything.
    const steps = all.slice(0, all.findLastIndex((step) => 'recorded' in step) + 1);
    if (steps.length === 0) return [];
    return [
      {
        area: areaOf(service, raw.area),
        name: raw.case,
        file: `${service}/${raw.file}`,
        functions: raw.functions,
        steps,
        answers: content,
        recordedOn: known[raw.case]?.recorded ?? '',
      },
    ];
  });
}

function areaOf(service: string, area: string): Area {
  if (area.startsWith('s3-notify')) return 'notifications';
  if (area.startsWith('esm-')) return 'mapping';
  if (service.startsWith('dynamodb')) return 'dynamodb';
  return service === 'lambda_' ? 'lambda' : (service as Area);
}
