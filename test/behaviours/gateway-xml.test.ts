// https://www.w3.org/TR/xml/: what a request's document may be, and that no entity is ever expanded.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../src/gateway/codecs/xml/xml.ts';
import { parseXml } from '../../src/gateway/codecs/xml/xml-element.ts';
import { anyText } from '../support/any-text.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('XML');

describe('a document', () => {
  it('gives back any text that was escaped', () => {
    const text = anyText().filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const root = parseXml(`<a b="${escapeXml(attribute)}">${escapeXml(content)}</a>`);
        expect(root).toMatchObject({ text: content, attributes: { b: attribute } });
      }),
      { seed },
    );
  });

  it('never makes the parser fail or hang, whatever it is', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      'a',
      ' ',
      '="',
      '<?',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        parseXml(pieces.join(''));
      }),
      { seed },
    );
  });

  it('is read with declaration, comments, CDATA, prefixes and empty elements', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?><!-- c --><s:Root xmlns:s="u"><s:Key a=\'1\'/>x<![CDATA[<&]]>&#65;&#x42;</s:Root>\n',
    );
    expect(root).toMatchObject({ name: 'Root', text: 'x<&AB', children: [{ name: 'Key', attributes: { a: '1' } }] });
  });

  it.each([
    ['an unclosed element', '<a><b></a>'],
    ['a doctype', '<!DOCTYPE a><a/>'],
    ['an unknown entity', '<a>&e;</a>'],
    ['a bare ampersand', '<a>&</a>'],
    ['two roots', '<a/><b/>'],
    ['text beside the root', 'x<a/>'],
    ['nothing', ''],
    ['too many levels', `${'<a>'.repeat(70)}${'</a>'.repeat(70)}`],
  ])('with %s is none', (_, document) => {
    expect(parseXml(document)).toBeUndefined();
  });
});
