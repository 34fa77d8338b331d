import { parseArn } from '../../../src/core/arn.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import type { StreamRecord } from '../../../src/core/source.ts';
import { type Filters, parseFilters, passes } from '../filter-criteria.ts';
import type { StreamFormat } from './stream-format.ts';
import type { StreamMapping } from './stream-settings.ts';

/** Makes the JSON of a mapping's records, as far as its filters let them pass. */
export class RecordAdmission {
  readonly #mapping: StreamMapping;
  readonly #format: StreamFormat;
  readonly #functions: FunctionDirectory;
  readonly #filters: Filters;
  readonly #region: string;
  #roleArn = '';

  constructor(mapping: StreamMapping, format: StreamFormat, functions: FunctionDirectory) {
    this.#mapping = mapping;
    this.#format = format;
    this.#functions = functions;
    this.#filters = parseFilters(mapping.settings.filters);
    this.#region = parseArn(mapping.sourceArn)?.region ?? mapping.region;
  }

  /** Asks for the function's role, which records name; it may have changed. */
  async refresh(): Promise<void> {
    const found = await this.#functions.resolve(this.#mapping.functionArn);
    if (found.kind === 'found') this.#roleArn = found.spec.role;
  }

  /** `undefined` when the filters keep the record out. */
  textOf(record: StreamRecord): string | undefined {
    const context = { sourceArn: this.#mapping.sourceArn, region: this.#region, roleArn: this.#roleArn };
    if (this.#filters.length === 0) return this.#format.record(record, context);
    // Made once, and only if somebody asks for it: filters may keep out nearly everything.
    let made: string | undefined;
    const text = () => {
      made ??= this.#format.record(record, context);
      return made;
    };
    return passes(this.#filters, this.#format.view(record, text)) ? text() : undefined;
  }
}
