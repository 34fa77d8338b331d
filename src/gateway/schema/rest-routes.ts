import { ServiceError } from '../../core/errors.ts';
import { bindingsOf } from '../codecs/http-binding.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import type { Shape } from './shape.ts';

/** What a REST request says of itself before its operation is known. */
export interface RestTarget {
  readonly method: string;
  /** As on the wire, percent-encoded; below the bucket for S3. */
  readonly path: string;
  /** Of S3 only; empty for a request to the service itself. */
  readonly bucket?: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface RouteMatch {
  readonly name: string;
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly name: string;
  readonly operation: OperationModel;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Parameters that must be there, with the value they must have. */
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
  readonly headers: readonly string[];
  readonly bucket: boolean;
  /** The operation that newer SDKs name in the query to tell siblings apart. */
  readonly xId: string | undefined;
}

export type FindRoute = (target: RestTarget) => RouteMatch | undefined;

/**
 * Routes by the URI templates of a model; the most demanding route that fits wins. S3 tells siblings apart by parameters
 * and headers that must be there (`uploadId`, `x-amz-copy-source`), elsewhere a missing one is a validation error.
 */
export function createRestRoutes(model: ServiceModel, shapeOf: (name: string) => Shape | undefined): FindRoute {
  const routes = Object.entries(model.operations)
    .flatMap(([name, operation]) => (operation.http ? [createRoute(name, operation, model, shapeOf)] : []))
    .sort((a, b) => demands(b) - demands(a) || (a.name < b.name ? -1 : 1));
  const byMethod = groupByMethod(routes);
  return (target) => {
    const fitting = (byMethod.get(target.method) ?? []).filter((route) => fits(route, target));
    const xId = target.query.get('x-id');
    const route = (xId && fitting.find((each) => each.xId === xId)) || fitting[0];
    return route && { name: route.name, operation: route.operation, labels: labelsOf(route, target) };
  };
}

function groupByMethod(routes: readonly Route[]): Map<string, Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) groups.set(route.method, [...(groups.get(route.method) ?? []), route]);
  return groups;
}

const demands = (route: Route) =>
  100 * route.query.length + 10 * route.headers.length - route.labels.length + (route.bucket ? 1000 : 0);

function createRoute(
  name: string,
  operation: OperationModel,
  model: ServiceModel,
  shapeOf: (name: string) => Shape | undefined,
): Route {
  const [method, uri] = operation.http ?? ['', ''];
  const [template = '', literals = ''] = uri.split('?');
  const literalQuery = [...new URLSearchParams(literals)];
  const input = operation.input ? shapeOf(operation.input) : undefined;
  const bindings = input?.kind === 'structure' ? bindingsOf(input) : undefined;
  const discriminating = model.protocol === 'restXml';
  return {
    name,
    operation,
    method,
    ...compileTemplate(template),
    query: [
      ...literalQuery.filter(([key]) => key !== 'x-id').map(([key, value]) => [key, value || undefined] as const),
      ...(discriminating ? (bindings?.queries ?? []) : [])
        .filter((member) => member.required)
        .map((member) => [member.traits.httpQuery ?? '', undefined] as const),
    ],
    headers: (discriminating ? (bindings?.headers ?? []) : [])
      .filter((member) => member.required)
      .map((member) => (member.traits.httpHeader ?? '').toLowerCase()),
    bucket: discriminating && (bindings?.labels ?? []).some((member) => member.name === 'Bucket'),
    xId: literalQuery.find(([key]) => key === 'x-id')?.[1],
  };
}

function compileTemplate(template: string): Pick<Route, 'path' | 'labels'> {
  const labels: string[] = [];
  const pattern = template
    .replace(/\/$/, '')
    .split('/')
    .map((segment) => {
      const label = /^\{(\w+)(\+?)\}$/.exec(segment);
      if (!label) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      labels.push(label[1] ?? '');
      return label[2] ? '(.+)' : '([^/]+)';
    })
    .join('/');
  // A greedy label is an object key, whose trailing slash counts.
  return { path: new RegExp(template.includes('+}') ? `^${pattern}$` : `^${pattern}/?$`, 's'), labels };
}

function fits(route: Route, target: RestTarget): boolean {
  if (target.bucket !== undefined && route.bucket !== (target.bucket !== '')) return false;
  return (
    route.path.test(target.path) &&
    route.query.every(([key, value]) => {
      const given = target.query.get(key);
      return given !== null && (value === undefined || given === value);
    }) &&
    route.headers.every((name) => target.headers[name] !== undefined)
  );
}

function labelsOf(route: Route, target: RestTarget): Record<string, string> {
  const values = route.path.exec(target.path) ?? [];
  const labels: Record<string, string> = {};
  for (const [index, label] of route.labels.entries()) labels[label] = decodeLabel(values[index + 1] ?? '');
  if (target.bucket) labels['Bucket'] = target.bucket;
  return labels;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.", { status: 400, members: { URI: text } });
  }
}
