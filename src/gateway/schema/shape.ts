import type { Constraints, ErrorTraits, MemberModel, ServiceModel, ShapeModel, Traits } from './model.ts';

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';
export type SimpleKind = 'string' | 'number' | 'boolean' | 'blob' | 'stream' | 'timestamp' | 'document';

/** A member of a structure, or the element of a list or map. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly traits: Traits;
  readonly required: boolean;
}

export interface SimpleShape extends Constraints {
  readonly kind: SimpleKind;
  readonly timestampFormat?: TimestampFormat | undefined;
}
export interface ListShape extends Constraints {
  readonly kind: 'list';
  readonly element: Member;
}
export interface MapShape extends Constraints {
  readonly kind: 'map';
  readonly key: Member;
  readonly value: Member;
}
export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
  readonly xmlName: string;
  readonly union: boolean;
  readonly eventStream: boolean;
  readonly error?: ErrorTraits | undefined;
  readonly alsoPrinted?: readonly string[] | undefined;
}
export type Shape = SimpleShape | ListShape | MapShape | StructureShape;

/** Gives the shapes of a model, linked to each other; each is made when first asked for. */
export function createShapes(model: ServiceModel): (name: string) => Shape | undefined {
  const made = new Map<string, Shape>();
  const resolve = (name: string): Shape | undefined => {
    const known = made.get(name);
    if (known) return known;
    const declared = model.shapes[name];
    const shape = declared ? linked(name, withOrder(declared, model), resolveKnown) : primitive(name);
    if (shape) made.set(name, shape);
    return shape;
  };
  const resolveKnown = (name: string): Shape => {
    const shape = resolve(name);
    if (!shape) throw new Error(`The ${model.service} model names a shape "${name}" that it does not hold`);
    return shape;
  };
  return resolve;
}

const withOrder = (declared: ShapeModel, { patternFirst }: ServiceModel): ShapeModel =>
  patternFirst && declared.pattern !== undefined ? { ...declared, patternFirst } : declared;

function linked(name: string, declared: ShapeModel, resolve: (name: string) => Shape): Shape | undefined {
  const { members, list, map, type, required: _required, ...constraints } = declared;
  if (members) return structure(name, declared, members, resolve);
  if (list) {
    return lazily({ kind: 'list' as const, ...constraints }, 'element', () => member('member', list, false, resolve));
  }
  if (map) {
    const shape = lazily({ kind: 'map' as const, ...constraints }, 'key', () => member('key', map[0], false, resolve));
    return lazily(shape, 'value', () => member('value', map[1], false, resolve));
  }
  const simple = primitive(type ?? '');
  return simple && { ...simple, ...constraints };
}

function structure(
  name: string,
  declared: ShapeModel,
  members: Readonly<Record<string, MemberModel>>,
  resolve: (name: string) => Shape,
): StructureShape {
  const required = new Set(declared.required);
  const shape = {
    kind: 'structure' as const,
    name,
    xmlName: declared.xmlName ?? name,
    union: declared.union ?? false,
    eventStream: declared.eventStream ?? false,
    error: declared.error,
    alsoPrinted: declared.alsoPrinted,
  };
  const withMembers = lazily(shape, 'members', () =>
    Object.entries(members).map(([key, value]) => member(key, value, required.has(key), resolve)),
  );
  return lazily(withMembers, 'byName', () => new Map(withMembers.members.map((each) => [each.name, each])));
}

function member(name: string, declared: MemberModel, required: boolean, resolve: (name: string) => Shape): Member {
  const [target, traits] = typeof declared === 'string' ? [declared, {}] : declared;
  return { name, shape: resolve(target), traits, required };
}

function primitive(name: string): SimpleShape | undefined {
  const [kind, format] = name.split(':');
  if (!KINDS.has(kind ?? '')) return undefined;
  return { kind: kind as SimpleKind, timestampFormat: format as TimestampFormat | undefined };
}

const KINDS = new Set(['string', 'number', 'boolean', 'blob', 'stream', 'timestamp', 'document']);

/** Adds a property that is computed once, on first use: shapes refer to each other in circles. */
function lazily<Target extends object, Key extends string, Value>(
  target: Target,
  key: Key,
  compute: () => Value,
): Target & { readonly [K in Key]: Value } {
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get() {
      const value = compute();
      Object.defineProperty(target, key, { value, enumerable: true });
      return value;
    },
  });
  return target as Target & { readonly [K in Key]: Value };
}
