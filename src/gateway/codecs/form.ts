import { ServiceError } from '../../core/errors.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../schema/shape.ts';
import { setOwn } from './document/document.ts';
import { simpleFromText } from './xml/xml.ts';

/** A form as a tree: `Entry.1.Id=x` is `{ Entry: { 1: { Id: 'x' } } }`. */
interface FormNode {
  readonly parts: Map<string, FormNode>;
  text?: string;
}

const MAX_PARAMETERS = 20_000;
const MAX_DEPTH = 32;

/** Reads the parameters of a query call as the operation's input. */
export function fromForm(shape: StructureShape, parameters: URLSearchParams): Record<string, unknown> {
  return structureFromForm(shape, tree(parameters));
}

function tree(parameters: URLSearchParams): FormNode {
  const root: FormNode = { parts: new Map() };
  let count = 0;
  for (const [key, value] of parameters) {
    const path = key.split('.');
    count += 1;
    if (path.length > MAX_DEPTH || count > MAX_PARAMETERS) {
      throw new ServiceError('MalformedInput', 'The request holds too many or too deeply nested parameters', {
        status: 400,
      });
    }
    let node = root;
    for (const part of path) {
      let next = node.parts.get(part);
      if (!next) {
        next = { parts: new Map() };
        node.parts.set(part, next);
      }
      node = next;
    }
    node.text = value;
  }
  return root;
}

function structureFromForm(shape: StructureShape, node: FormNode): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const value = memberFromForm(member, node);
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

function memberFromForm(member: Member, node: FormNode): unknown {
  const { shape, traits } = member;
  const own = node.parts.get(traits.xmlName ?? member.name) ?? (traits.xmlName && node.parts.get(member.name));
  if (!own) return undefined;
  return valueFromForm(shape, own, traits.xmlFlattened === 1);
}

function valueFromForm(shape: Shape, node: FormNode, flattened: boolean): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromForm(shape, node);
    case 'list':
      return listFromForm(shape, node, flattened);
    case 'map':
      return mapFromForm(shape, flattened ? node : node.parts.get('entry'));
    default:
      if (node.text === undefined) return undefined;
      return simpleFromText(shape, node.text) ?? malformed(node.text, shape.kind);
  }
}

function malformed(text: string, kind: string): never {
  throw new ServiceError('MalformedInput', `The value ${text} is not a ${kind}`, { status: 400 });
}

/** An empty parameter (`AttributeName=`) is an empty list. */
function listFromForm(shape: ListShape, node: FormNode, flattened: boolean): unknown[] {
  const inner = node.parts.get(shape.element.traits.xmlName ?? 'member') ?? node.parts.get('member');
  const numbered = flattened ? node : (inner ?? node);
  const items = inOrder(numbered).map((each) => valueFromForm(shape.element.shape, each, false));
  // SQS also takes a single unnumbered value (`AttributeName=All`).
  return items.length === 0 && node.text ? [node.text] : items;
}

function mapFromForm(shape: MapShape, node: FormNode | undefined): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const entry of node ? inOrder(node) : []) {
    const key = entry.parts.get(shape.key.traits.xmlName ?? 'key')?.text;
    const value = entry.parts.get(shape.value.traits.xmlName ?? 'value');
    if (key !== undefined && value) setOwn(result, key, valueFromForm(shape.value.shape, value, false));
  }
  return result;
}

function inOrder(node: FormNode): FormNode[] {
  return [...node.parts]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, each]) => each);
}
