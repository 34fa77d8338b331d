import type { RequestContext } from './operation.ts';

/** Event source mappings as `src/lambda/api` serves them; `mappings/poll` keeps the rules and runs them. Shapes are the SDK's. */
export interface EventSourceMappings extends AsyncDisposable {
  create(input: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  get(uuid: string, context: RequestContext): Promise<Record<string, unknown>>;
  list(query: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  update(input: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Record<string, unknown>>;
  remove(uuid: string, context: RequestContext): Promise<Record<string, unknown>>;
  /** Tags by the mapping's ARN; `undefined` when there is none. */
  tags(arn: string): Promise<Readonly<Record<string, string>> | undefined>;
  setTags(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
}
