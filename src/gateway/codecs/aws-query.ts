import { ServiceError } from '../../core/errors.ts';
import { readWhole } from './body-limit.ts';
import type { Call, Codec } from './codec.ts';
import { fromForm } from './form.ts';
import type { LoadedModel } from './loaded-model.ts';
import { structureOf } from './loaded-model.ts';
import { element, escapeXml, structureToXml, toXml } from './xml/xml.ts';

/** The query protocol: parameters as a form in the body or the URI, answers as XML. */
export const awsQuery: Codec = {
  async select(loaded, call) {
    const name = (await parametersOf(loaded, call)).get('Action') ?? '';
    const { operations, version } = loaded.model;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw name ? invalidAction(name, version) : missingAction();
    return { name, operation };
  },
  async readInput(loaded, { operation }, call) {
    const shape = structureOf(loaded, operation.input);
    if (!shape) return {};
    const input = fromForm(shape, await parametersOf(loaded, call));
    // A call may be made to the URL of the queue that it is about.
    if (shape.byName.has('QueueUrl')) input['QueueUrl'] ??= queueUrlOf(call);
    return input;
  },
  writeOutput(loaded, { name, operation }, output, ids) {
    const shape = structureOf(loaded, operation.output);
    const result = shape ? element(`${name}Result`, structureToXml(shape, output)) : '';
    const metadata = element('ResponseMetadata', element('RequestId', ids.requestId));
    return xmlResponse(200, rootOf(loaded, `${name}Response`, result + metadata), ids.requestId);
  },
  writeError(loaded, error, ids) {
    const members = error.shape?.members
      .filter((member) => !/^message$/i.test(member.name))
      .map((member) => toXml(member, error.members[member.name]));
    const unmodelled = Object.entries(error.members)
      .filter(([name]) => !error.shape?.byName.has(name))
      .map(([name, value]) => element(name, escapeXml(String(value))));
    const detail =
      element('Type', error.fault) +
      element('Code', escapeXml(error.queryCode)) +
      element('Message', escapeXml(error.message)) +
      [...(members ?? []), ...unmodelled].join('');
    const body = element('Error', loaded.model.queryCompatible ? `${detail}<Detail/>` : detail);
    const response = xmlResponse(
      error.status,
      rootOf(loaded, 'ErrorResponse', body + element('RequestId', ids.requestId)),
      ids.requestId,
    );
    return { ...response, headers: { ...response.headers, ...error.headers } };
  },
};

const parsed = new WeakMap<Call, URLSearchParams>();

/** The parameters of the URI and the form together. */
async function parametersOf(loaded: LoadedModel, call: Call): Promise<URLSearchParams> {
  const known = parsed.get(call);
  if (known) return known;
  const body = call.method === 'POST' ? await readWhole(loaded, 'query', call) : Buffer.alloc(0);
  const parameters = new URLSearchParams(body.toString('utf8'));
  for (const [name, value] of call.query) if (!parameters.has(name)) parameters.append(name, value);
  parsed.set(call, parameters);
  return parameters;
}

function queueUrlOf(call: Call): string | undefined {
  return call.path.length > 1 ? `http://${call.headers['host'] ?? call.headers[':authority']}${call.path}` : undefined;
}

function invalidAction(name: string, version: string): ServiceError {
  return new ServiceError('InvalidAction', `Could not find operation ${name} for version ${version}`, { status: 400 });
}

const missingAction = () =>
  new ServiceError('MissingAction', 'The request must contain the parameter Action.', { status: 400 });

const rootOf = ({ model }: LoadedModel, name: string, content: string) =>
  element(name, content, model.xmlNamespace ? ` xmlns="${model.xmlNamespace}"` : '');

function xmlResponse(status: number, xml: string, requestId: string) {
  const body = Buffer.from(`<?xml version="1.0"?>${xml}`);
  return {
    status,
    headers: { 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml', 'Content-Length': `${body.length}` },
    body,
  };
}
