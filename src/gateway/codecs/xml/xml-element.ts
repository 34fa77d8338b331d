/** One element of a parsed document. Prefixes of element names are dropped; attributes keep theirs. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities resolved. */
  readonly text: string;
}

const MAX_DEPTH = 64;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** One piece of markup: comment, CDATA, declaration, or tag. A doctype is none, so no entity can ever be declared. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface OpenElement {
  readonly name: string;
  readonly tag: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Parses a document and gives its root; `undefined` when it is not well-formed, has a doctype, or nests too deep. */
export function parseXml(document: string): XmlElement | undefined {
  const top: OpenElement = { name: '', tag: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [top];
  let position = document.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (position < document.length) {
    const current = open.at(-1);
    if (!current) return undefined;
    const next = document.indexOf('<', position);
    const textEnd = next < 0 ? document.length : next;
    if (textEnd > position) {
      const text = resolveEntities(document.slice(position, textEnd));
      if (text === undefined) return undefined;
      current.text += text;
    }
    if (next < 0) break;
    MARKUP.lastIndex = next;
    const markup = MARKUP.exec(document);
    if (!markup || !apply(markup, open)) return undefined;
    position = MARKUP.lastIndex;
  }
  const [root, ...others] = top.children;
  return open.length === 1 && others.length === 0 && top.text.trim() === '' ? root : undefined;
}

/** Applies one piece of markup to the stack of open elements; `false` when it does not fit there. */
function apply([, cdata, slash, tag, attributes, selfClosing]: RegExpExecArray, open: OpenElement[]): boolean {
  const current = open.at(-1);
  if (!current) return false;
  if (cdata !== undefined) current.text += cdata;
  if (tag === undefined) return true;
  if (slash) {
    if (open.length < 2 || current.tag !== tag) return false;
    open.pop();
    return true;
  }
  const read = readAttributes(attributes ?? '');
  if (!read || open.length > MAX_DEPTH) return false;
  const element: OpenElement = { name: localName(tag), tag, attributes: read, children: [], text: '' };
  current.children.push(element);
  if (!selfClosing) open.push(element);
  return true;
}

const localName = (tag: string) => tag.slice(tag.indexOf(':') + 1);

function readAttributes(source: string): Record<string, string> | undefined {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single] of source.matchAll(ATTRIBUTE)) {
    const value = resolveEntities(double ?? single ?? '');
    if (value === undefined || name === undefined) return undefined;
    attributes[name] = value;
  }
  return attributes;
}

/** Resolves the five predefined entities and character references; any other makes the document ill-formed. */
function resolveEntities(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let known = true;
  const resolved = text.replace(/&(?:#(x[0-9a-fA-F]+|\d+)|(\w+));|&/g, (_, code?: string, name?: string) => {
    if (code) {
      const point = code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number(code);
      if (point > 0 && point <= 0x10ffff) return String.fromCodePoint(point);
    }
    const character = ENTITIES[name ?? ''];
    if (character === undefined) known = false;
    return character ?? '';
  });
  return known ? resolved : undefined;
}
