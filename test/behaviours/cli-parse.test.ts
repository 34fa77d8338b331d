// README.md, "Command line": a mistake is answered with what is wrong, which one, and what to do.
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/cli/advance.ts';
import { events } from '../../src/cli/events.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { parse } from '../../src/cli/parse.ts';
import { unknownVariables } from '../../src/cli/unknown-variables.ts';
import { createUp } from '../../src/cli/up.ts';
import { namesOf, optionsOf, variablesOfUp } from '../../src/cli/up-flags.ts';
import { nearestWord } from '../../src/core/nearest-word.ts';
import { promptTiming } from '../../src/core/timing.ts';

const up = createUp({
  version: '0',
  start: () => Promise.reject(new Error('not here')),
  findConfig: async () => undefined,
});
const options = (...args: string[]) => optionsOf(parse(up, args).flags, {});

describe('flags', () => {
  test('set the option of their name', () => {
    expect(options('--port', '0', '--host=0.0.0.0', '--ephemeral', '--clock', 'virtual')).toEqual({
      port: 0,
      host: '0.0.0.0',
      ephemeral: true,
      clock: 'virtual',
    });
  });

  test('can be given several times where that makes sense', () => {
    expect(options('--runtime', 'nodejs22.x=/a/node', '--runtime=python3.13=/b/python')).toEqual({
      runtimes: { 'nodejs22.x': '/a/node', 'python3.13': '/b/python' },
    });
    expect(options('--credentials', 'key:se:cret')).toEqual({ credentials: { key: 'se:cret' } });
  });

  test('set each wait by its name', () => {
    expect(options('--timing.asyncRetryDelaysMs=100,200', '--timing.pollCadenceMs', '5')).toEqual({
      timings: { asyncRetryDelaysMs: [100, 200], pollCadenceMs: 5 },
    });
    for (const name of Object.keys(promptTiming)) expect(up.flags).toHaveProperty([`timing.${name}`]);
  });

  test('win over the environment, which has a variable for each', () => {
    const environment = {
      HEADWATER_PORT: '5000',
      HEADWATER_DATA_DIR: '/state',
      HEADWATER_STRICT_RUNTIMES: 'true',
      HEADWATER_CREDENTIALS: 'a:1,b:2',
    };
    expect(optionsOf(parse(up, ['--port', '6000']).flags, environment)).toEqual({
      port: 6000,
      dataDir: '/state',
      strictRuntimes: true,
      credentials: { a: '1', b: '2' },
    });
  });
});

describe('mistakes', () => {
  test.each([
    [['--prot', '1'], 'Unknown option --prot of "headwater up"; did you mean --port?'],
    [['--nonsense-flag'], 'Unknown option --nonsense-flag of "headwater up"'],
    [['--port'], '--port needs a value: --port N'],
    [['--port', '--quiet'], '--port needs a value: --port N'],
    [['--quiet=yes'], '--quiet takes no value; got "yes"'],
    [['--port', 'http'], '--port takes a number; got "http"'],
    [['extra'], '"headwater up" takes no argument "extra"'],
    [['--runtime', 'nodejs22.x'], '--runtime takes IDENTIFIER=PATH'],
    [['--timing.asyncRetryDelaysMs=1,x'], '--timing.asyncRetryDelaysMs takes a number; got "x"'],
  ])('%j', (args, message) => {
    expect(() => options(...args)).toThrow(message);
  });

  test('a secret is never repeated', () => {
    expect(() => options('--credentials', 'hunter2')).toThrow(/^(?!.*hunter2).*--credentials takes KEY:SECRET/);
  });

  test('an option is called by its flag, or by its variable where that set it', () => {
    const environment = { HEADWATER_DATA_DIR: '/state', HEADWATER_CLOCK: 'fast' };
    const nameOf = namesOf({ clock: 'real' }, environment);
    expect(['dataDir', 'clock', 'port', 'timings.pollCadenceMs'].map(nameOf)).toEqual([
      'HEADWATER_DATA_DIR',
      '--clock',
      '--port',
      '--timing.pollCadenceMs',
    ]);
  });

  test.each([
    ['HEADWATER_DATADIR', 'HEADWATER_DATA_DIR'],
    ['HEADWATER_CREDENTAILS', 'HEADWATER_CREDENTIALS'],
    ['HEADWATER_MAX_ENVIROMENTS', 'HEADWATER_MAX_ENVIRONMENTS'],
    ['HEADWATER_CONFG', 'HEADWATER_CONFIG'],
  ])('a variable is told from the one that was meant: %s', (variable, nearest) => {
    expect(unknownVariables({ [variable]: 'x' }, variablesOfUp())).toEqual([{ variable, nearest }]);
  });

  test('a variable of something else is let be', () => {
    const others = ['PORT', 'TEST_REDIS', 'ENDPOINT', 'PROJECT', 'SEED', 'RUNS', 'HOME', 'SERVICE_PORT', 'VERSION'];
    const environment = Object.fromEntries(others.map((name) => [`HEADWATER_${name}`, 'x']));
    expect(unknownVariables({ ...environment, DATADIR: 'x' }, variablesOfUp())).toEqual([]);
  });

  test('the nearest word is offered only when it is near', () => {
    expect(nearestWord('evnets', ['events', 'advance'])).toBe('events');
    expect(nearestWord('zzz', ['events', 'advance'])).toBeUndefined();
  });
});

test.each([[up], [events], [advance]])('help of $name shows usage, each flag and an example', (command) => {
  const help = commandHelp(command);
  expect(help).toContain(`headwater ${command.name}`);
  for (const flag of Object.keys(command.flags)) expect(help).toContain(`--${flag}`);
  for (const example of command.examples) expect(help).toContain(example);
  for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
});
