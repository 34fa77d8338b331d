import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { projectRoot } from '../support/source-files.ts';
import type { Scenario, Shape } from './scenario.ts';

/** Which of our functions stands for the one a case deployed, where the recording does not name it. */
const BY_CASE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/no_return_payload/, 'lambda_none'],
  [/too_large_response/, 'lambda_response_size'],
  [/::test_retries/, 'lambda_echofail'],
  [/async_invoke_with_retry/, 'lambda_context'],
  [/request_id/, 'lambda_request_id'],
  [/versions_with_code_changes|alias_moving/, 'lambda_version'],
  [/iam_keys_environment/, 'lambda_sleep_environment'],
  [/test_lambda_runtime_error/, 'lambda_runtime_error'],
  [/test_lambda_handler_error/, 'lambda_handler_error'],
  [/test_lambda_runtime_exit/, 'lambda_runtime_exit'],
  [/test_lambda_handler_exit/, 'lambda_handler_exit'],
  [/report_batch_item_success_scenarios/, 'lambda_echo_returning'],
];

/** What `lambda_echo_returning` returns, by the end of the case's name. */
const RETURNED: Readonly<Record<string, string>> = {
  empty_string_success: '""',
  empty_list_success: '[]',
  null_success: 'None',
  empty_dict_success: '{}',
  empty_batch_item_failure_success: '{"batchItemFailures": []}',
  null_batch_item_failure_success: '{"batchItemFailures": None}',
};

/** The zip of the function that the `count`th `CreateFunction` or `UpdateFunctionCode` of the case uploads. */
export async function functionZip(scenario: Scenario, input: Shape, count: number): Promise<Uint8Array> {
  const runtime = String(input['Runtime'] ?? 'python3.12');
  const extension = runtime.startsWith('nodejs') ? 'js' : 'py';
  const named = scenario.functions[0]?.replace(/\.(py|js)$/, '');
  const name = named ?? BY_CASE.find(([pattern]) => pattern.test(scenario.name))?.[1] ?? 'lambda_echo';
  if (runtime.startsWith('provided')) return await zipOf('bootstrap', readFileSync(sourceOf(name, 'py')), 0o100755);
  const module = String(input['Handler'] ?? 'handler.handler').split('.')[0];
  const source = readFileSync(sourceOf(name, extension), 'utf8')
    .replace('"version"', `"version${count}"`)
    .replace('RESULT\n', `${RETURNED[/\[(\w+)\]$/.exec(scenario.name)?.[1] ?? '']}\n`);
  return await zipOf(`${module}.${extension}`, Buffer.from(source), 0o100644);
}

async function zipOf(path: string, content: Buffer, mode: number): Promise<Uint8Array> {
  const zip = new ZipFile();
  zip.addBuffer(content, path, { mode });
  zip.end();
  return await buffer(zip.outputStream);
}

function sourceOf(name: string, extension: string): string {
  const folder = join(projectRoot, 'test/recorded/functions');
  const exact = join(folder, `${name}.${extension}`);
  return existsSync(exact) ? exact : join(folder, `lambda_echo.${extension}`);
}
