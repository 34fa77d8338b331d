import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip archive of the given files. */
export async function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path, { mode: 0o100644 });
  zip.end();
  return await buffer(zip.outputStream);
}

/** Writes such an archive to a file. */
export async function writeZip(path: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  await writeFile(path, await zipOf(files));
}
