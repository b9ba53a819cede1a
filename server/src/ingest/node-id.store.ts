// The name of an event log, kept beside it.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The log's own name, so that marks in PostgreSQL are never taken for another log's. */
export async function nodeIdOf(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'node-id');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const nodeId = randomUUID();
    await writeFile(path, `${nodeId}\n`, { flush: true, mode: 0o600 });
    return nodeId;
  }
}
