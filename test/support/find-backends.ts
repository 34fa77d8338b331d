import { answers } from '../../scripts/backends/answers.ts';
import { engineNames, variableOf, variablesOf } from '../../scripts/backends/engine.ts';
import { readState } from '../../scripts/backends/state.ts';

/**
 * Before the first test: finds the real backends that are up, named in the environment or brought up for this checkout, and
 * says which are used. One that is named but does not answer fails the run; one that was brought up and has ended since is
 * left out.
 */
export async function setup(): Promise<void> {
  const known = variablesOf(readState().engines);
  for (const name of engineNames) {
    const variable = variableOf(name);
    const named = process.env[variable];
    const url = named ?? known[variable];
    if (url !== undefined && (await answers(name, url))) {
      process.env[variable] = url;
      const webhook = known[`${variable}_WEBHOOK`];
      if (named === undefined && webhook !== undefined) process.env[`${variable}_WEBHOOK`] = webhook;
      console.log(`${name}: up at ${withoutSecret(url)}`);
    } else if (named !== undefined) {
      throw new Error(`${variable} names ${withoutSecret(url ?? '')}, where no ${name} answers`);
    } else {
      console.log(`${name}: not up, so what needs it is skipped; npm run backends -- up`);
    }
  }
}

const withoutSecret = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');
