import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The AWS CLI in a process of its own that runs one command after another. */
export interface AwsCommands extends Disposable {
  /** Runs one command; resolves with what it prints, rejects with what it complains of. */
  run(args: readonly string[]): Promise<string>;
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param bin where the CLI's Python is */
export function startAwsCommands(
  bin: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): AwsCommands {
  const child = spawn(join(bin, 'python'), [join(import.meta.dirname, 'aws_commands.py')], options);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const faults: Buffer[] = [];
  child.stderr.on('data', (text: Buffer) => faults.push(text));
  return {
    async run(args) {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`The AWS CLI ended: ${Buffer.concat(faults)}`);
      const { code, stdout, stderr }: Answer = JSON.parse(value);
      if (code === 0) return stdout;
      throw new Error(`aws ${args.join(' ')} exited with ${code}: ${stderr}`);
    },
    [Symbol.dispose]: () => end(child),
  };
}

function end(child: ChildProcessWithoutNullStreams): void {
  child.stdin.end();
  child.kill();
}
