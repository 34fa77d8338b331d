import type { Command, CommandLine } from './command.ts';
import { optionFlags, optionsOf } from './up-flags.ts';

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  /** `warning`: it works, but not as on AWS; `problem`: it will not work. */
  readonly level: 'ok' | 'warning' | 'problem';
}

/** What `doctor` needs from the composition root. */
export type Examine = (options: Readonly<Record<string, unknown>>) => Promise<readonly Finding[]>;

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'problem' } as const;
const EXAMINED = ['port', 'host', 'data-dir', 'runtime'];

/** Looks at the machine. */
export const createDoctor = (examine: Examine): Command => ({
  name: 'doctor',
  summary: 'Say what this machine offers: runtimes and their versions, memory bound, /tmp, port, state.',
  flags: {
    ...Object.fromEntries(Object.entries(optionFlags).filter(([name]) => EXAMINED.includes(name))),
    json: { help: 'Print JSON.' },
  },
  examples: ['headwater doctor', 'headwater doctor --runtime nodejs22.x=/opt/node22/bin/node'],
  notes: 'Exits with 1 when there is a problem.',
  async run({ flags }: CommandLine) {
    const findings = await examine(optionsOf(flags, process.env));
    if (flags['json'] === true) console.log(JSON.stringify(findings, null, 2));
    else {
      const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
      for (const { what, found, level } of findings) console.log(`${MARKS[level]}  ${what.padEnd(width)}${found}`);
    }
    return findings.some(({ level }) => level === 'problem') ? 1 : 0;
  },
});
