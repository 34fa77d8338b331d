// The rules of layout and style that matter, run instead of remembered. A breach that stands today is listed in
// `tidy-ratchet.json`; the list may only shrink.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importCircles } from './support/import-circles.ts';
import { projectRoot, type SourceFile, sourceFiles } from './support/source-files.ts';
import { type Outline, outline } from './support/source-rules.ts';

const isTypeScript = (path: string) => /\.ts$/.test(path) && !path.endsWith('.d.ts');
const product = sourceFiles(['src', 'connectors', 'mappings'], isTypeScript);
const tests = sourceFiles(['test'], isTypeScript);
const scripts = sourceFiles(['scripts', 'examples', '.ci'], (path) => /\.(ts|mjs|js|sh)$|\/run$/.test(path));
const documents = sourceFiles(['README.md', 'docker-compose.yml', 'Dockerfile', 'package.json', 'connectors'], (path) =>
  /\.(md|yml|json)$|Dockerfile$/.test(path),
);
const ratchet = JSON.parse(readFileSync(join(projectRoot, 'test/tidy-ratchet.json'), 'utf8')) as Record<
  string,
  readonly string[]
>;

const outlines = new Map<string, Outline>();
const outlineOf = (file: SourceFile): Outline => {
  const known = outlines.get(file.path) ?? outline(file);
  outlines.set(file.path, known);
  return known;
};

/** Breaches of `rule` must be exactly those that its ratchet lists: no new one, and none that is listed but mended. */
function holds(rule: string, breaches: readonly string[]): void {
  const allowed = new Set(ratchet[rule] ?? []);
  const found = new Set(breaches.map(withoutLine));
  expect(breaches.filter((breach) => !allowed.has(withoutLine(breach)))).toEqual([]);
  expect(
    [...allowed].filter((entry) => !found.has(entry)),
    `mended: remove from test/tidy-ratchet.json`,
  ).toEqual([]);
}

/** `path:12 what` → `path what`, so that a ratchet entry survives edits above it. */
const withoutLine = (breach: string) => breach.replace(/:\d+ /, ' ').replace(/ \(\d+ lines\)$/, '');

describe('import directions', () => {
  const ROOT_FILES = /^src\/((headwater|index|testing|cli|config|package-files)|composition\/[^/]+)\.ts$/;

  /** The folder that a file belongs to, and where it may reach beside `src/core`. */
  const homeOf = (path: string): string | undefined =>
    /^(connectors\/[^/]+|src\/backends\/[^/]+|src\/services\/[^/]+|mappings|src\/[^/]+)\//.exec(path)?.[1];

  test('a file imports only its own folder and the core; root files alone know concrete classes', () => {
    const breaches = product
      .filter((file) => !ROOT_FILES.test(file.path))
      .flatMap((file) =>
        outlineOf(file).imports.flatMap(({ specifier, line }) => {
          if (!specifier.startsWith('.')) return [];
          const target = normalize(join(dirname(file.path), specifier));
          const allowed = target.startsWith('src/core/') || homeOf(target) === homeOf(file.path);
          return allowed ? [] : [`${file.path}:${line} imports ${target}`];
        }),
      );
    holds('import-directions', breaches);
  });

  // Types count too: who reads one file of a circle has to know all of them.
  test('no files import each other in a circle', () => {
    const imports = product.map((file) => {
      const local = outlineOf(file).imports.filter(({ specifier }) => specifier.startsWith('.'));
      return [file.path, local.map(({ specifier }) => normalize(join(dirname(file.path), specifier)))] as const;
    });
    holds(
      'circles',
      importCircles(new Map(imports)).map((circle) => circle.join(' and ')),
    );
  });

  test('the core imports no package and does no input or output', () => {
    const breaches = product
      .filter((file) => file.path.startsWith('src/core/'))
      .flatMap((file) =>
        outlineOf(file)
          .imports.filter(
            ({ specifier }) => !specifier.startsWith('.') && !/^node:(crypto|buffer|util)$/.test(specifier),
          )
          .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`),
      );
    holds('core-packages', breaches);
  });

  test('a package is imported in one folder only', () => {
    const homes = new Map<string, Set<string>>();
    for (const file of product) {
      for (const { specifier } of outlineOf(file).imports) {
        if (/^(\.|node:)/.test(specifier)) continue;
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        homes.set(name, (homes.get(name) ?? new Set()).add(homeOf(file.path) ?? 'src'));
      }
    }
    const breaches = [...homes]
      .filter(([, folders]) => folders.size > 1)
      .map(([name, folders]) => `${name} is imported by ${[...folders].sort().join(' and ')}`);
    holds('package-homes', breaches);
  });
});

describe('time and chance', () => {
  const MAY = /^src\/core\/(clock|random)\.ts$/;

  test('only the clock and random touch time and chance', () => {
    const breaches = product
      .filter((file) => !MAY.test(file.path))
      .flatMap((file) => outlineOf(file).timeAndChance.map(({ what, line }) => `${file.path}:${line} uses ${what}`));
    holds('time-and-chance', breaches);
  });

  test('tests wait for events, never for time', () => {
    const breaches = tests
      .filter((file) => !file.path.startsWith('test/bench/'))
      .flatMap((file) =>
        outlineOf(file)
          .timeAndChance.filter(({ what }) => /setTimeout|setInterval|Math\.random/.test(what))
          .map(({ what, line }) => `${file.path}:${line} uses ${what}`),
      );
    holds('tests-wait-for-events', breaches);
  });

  test('tests have patience: what vitest waits for by itself is given up after a second', () => {
    const breaches = tests
      .filter(({ text }) => /\bvi\.wait(For|Until)\(/.test(text) && !/PATIENCE|EVENTUALLY|timeout:/.test(text))
      .map(({ path }) => `${path}:1 waits with vi.waitFor and names no limit; expect.poll has one`);
    holds('patience', breaches);
  });
});

describe('size', () => {
  test('a file has at most 600 lines', () => {
    const breaches = [...product, ...tests, ...scripts]
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
      .filter(({ lines }) => lines > 600)
      .map(({ path, lines }) => `${path}:1 is too long (${lines} lines)`);
    holds('file-length', breaches);
  });

  // A factory is as long as what it makes: it may be longer, but what is its own must fit.
  test('a function fits a screen: at most 70 lines of its own, 200 with the functions in it', () => {
    const breaches = product.flatMap((file) =>
      outlineOf(file)
        .functions.filter(({ lines, own }) => own > 70 || lines > 200)
        .map(({ name, line, lines }) => `${file.path}:${line} ${name} is too long (${lines} lines)`),
    );
    holds('function-length', breaches);
  });

  test('a folder of the product shows few files', () => {
    const counts = new Map<string, number>();
    for (const file of product) {
      const folder = dirname(file.path);
      // One file an operation: an api folder is as long as the API.
      if (!/(^|\/)api$/.test(folder)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const breaches = [...counts]
      .filter(([, count]) => count > 30)
      .map(([folder, count]) => `${folder} has ${count} files`);
    holds('folder-size', breaches);
  });
});

describe('names and words', () => {
  const FORBIDDEN = /(^|[/-])(utils?|helpers?|managers?|processors?|misc|common)([-./]|$)/;

  test('no file or folder has a name that says nothing', () => {
    holds(
      'names',
      [...product, ...tests, ...scripts].filter((file) => FORBIDDEN.test(file.path)).map((file) => file.path),
    );
  });

  test('files are kebab-case', () => {
    const breaches = [...product, ...tests]
      .filter((file) => !/^[a-z0-9./-]+$/.test(file.path))
      .map((file) => file.path);
    holds('kebab-case', breaches);
  });

  test('nothing is exported by default', () => {
    const breaches = product.filter((file) => outlineOf(file).hasDefaultExport).map((file) => file.path);
    holds('default-exports', breaches);
  });

  test('there is no TODO, and nothing skips the type checker', () => {
    const words = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)|\bas any\b/;
    const self = 'test/tidy.test.ts';
    const breaches = linesMatching([...product, ...tests.filter((file) => file.path !== self), ...scripts], words);
    holds('todo', breaches);
  });

  test('no path of one machine and no private host is written down', () => {
    const machine = /\/(home|Users)\/[a-z]|\/work\/(main|shared)|\/root\/|registry\.(?!npmjs\.org)[a-z-]+\.[a-z]{2,}/;
    const self = 'test/tidy.test.ts';
    const breaches = linesMatching(
      [...product, ...tests.filter((file) => file.path !== self), ...scripts, ...documents],
      machine,
    );
    holds('machine-paths', breaches);
  });
});

describe('documentation', () => {
  test('every exported declaration of the product says what it is', () => {
    const covered = (path: string) =>
      /^(src\/core|connectors|mappings)\//.test(path) || /^src\/(index|testing)\.ts$/.test(path);
    const breaches = product
      .filter((file) => covered(file.path))
      .flatMap((file) =>
        outlineOf(file)
          .exports.filter(({ documented }) => !documented)
          .map(({ name, line }) => `${file.path}:${line} exports ${name} without a doc comment`),
      );
    holds('documented-exports', breaches);
  });

  test('a behaviour test opens with the page it holds us to', () => {
    const breaches = tests
      .filter((file) => /^test\/behaviours\/.*\.test\.ts$/.test(file.path) && !file.text.startsWith('//'))
      .map((file) => file.path);
    holds('behaviour-pages', breaches);
  });
});

function linesMatching(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap((file) =>
    file.text.split('\n').flatMap((text, index) => {
      const match = pattern.exec(text);
      return match ? [`${file.path}:${index + 1} has ${match[0]}`] : [];
    }),
  );
}
