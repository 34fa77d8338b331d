// Tags are plain text on both sides: any key that a service lets in comes out again.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
import { expect, test } from 'vitest';
import { sortedTagList, tagList, tagsOf, withoutTags } from '../../src/core/tags.ts';

const list = [
  { Key: 'team', Value: 'a' },
  { Key: '__proto__', Value: 'kept' },
  { Key: 'constructor', Value: '' },
];

test('come out as they were given, whatever they are called', () => {
  expect(tagList(tagsOf(list))).toEqual(list);
  expect(sortedTagList(tagsOf(list)).map(({ Key }) => Key)).toEqual(['__proto__', 'constructor', 'team']);
});

test('are taken away by their own keys alone', () => {
  expect(tagList(withoutTags(tagsOf(list), ['__proto__', 'toString']))).toEqual([list[0], list[2]]);
  expect(tagList(withoutTags({}, ['toString']))).toEqual([]);
});
