import type { Command, Flag, Flags } from './command.ts';

const WIDTH = 100;
const GAP = 2;

/** Help of one command. */
export function commandHelp({ name, summary, takes, flags, examples, notes }: Command): string {
  const all: Flags = { ...flags, help: { help: 'Show this.' } };
  const rows = Object.entries(all).map(
    ([flag, about]) => [`--${flag}${about.value ? ` ${about.value}` : ''}`, describe(about)] as const,
  );
  return [
    summary,
    `Usage\n  headwater ${name}${takes ? ` ${takes}` : ''}${rows.length > 1 ? ' [options]' : ''}`,
    `Options\n${table(rows)}`,
    `Examples\n${examples.map((example) => `  ${example}`).join('\n')}`,
    ...(notes ? [notes] : []),
  ].join('\n\n');
}

function describe({ help, default: usual, many }: Flag): string {
  return `${help}${many ? ' Repeatable.' : ''}${usual === undefined ? '' : ` (default: ${usual})`}`;
}

/** Help of the program: its commands, one line each. */
export function programHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return [
    'Headwater: the event sources of AWS Lambda (S3, SQS, SNS, EventBridge, Scheduler, Kinesis, DynamoDB, Kafka) and Lambda itself, on this machine, behind one endpoint.',
    'Usage\n  headwater COMMAND [options]\n  headwater COMMAND --help',
    `Commands\n${table(commands.map(({ name, summary }) => [name, summary] as const))}`,
    `Options\n${table([
      ['--help', 'Show this.'],
      ['--version', 'Print the version.'],
    ])}`,
    [
      'Examples',
      '  headwater up                                  start; state is kept in ./.headwater',
      '  headwater up --ephemeral --clock virtual      for a test suite',
      '  headwater events --follow                     watch what happens',
    ].join('\n'),
  ].join('\n\n');
}

/** Two columns, the second wrapped. */
function table(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([first]) => first.length)) + GAP;
  return rows
    .map(([first, second]) => {
      const [head = '', ...rest] = wrap(second, WIDTH - left - GAP);
      return [`  ${first.padEnd(left)}${head}`, ...rest.map((line) => ' '.repeat(left + GAP) + line)].join('\n');
    })
    .join('\n');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + 1 > width && line !== '') lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
