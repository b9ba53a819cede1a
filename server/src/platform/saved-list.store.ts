// Lists of JSON values in files that are either whole or not there: written beside, synced, renamed, and with a
// checksum that is looked at before anything in them is believed.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Another number makes older files unreadable, on purpose. */
const FORMAT = 1;
const SUFFIX = '.jsonl';
/** Lines per write: between two writes other work has its turn. */
const LINES_PER_WRITE = 200;

export type SavedList = {
  /** Milliseconds since the epoch. */
  readonly savedAtMs: number;
  readonly header: unknown;
  readonly lines: readonly unknown[];
};

type FirstLine = {
  readonly format: number;
  readonly saved_at_ms: number;
  readonly header: unknown;
};

/** Writes the list `name` of the folder, in place of what was there. */
export async function writeSavedList(folder: string, name: string, list: SavedList): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name + SUFFIX);
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    const sum = createHash('sha256');
    for (const text of textsOf(list)) {
      sum.update(text);
      await file.write(text);
    }
    await file.write(`${JSON.stringify({ sha256: sum.digest('hex') })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(folder);
}

/** The texts to write one after the other. */
function* textsOf({ savedAtMs, header, lines }: SavedList): Generator<string> {
  const first: FirstLine = { format: FORMAT, saved_at_ms: savedAtMs, header };
  let texts = [JSON.stringify(first)];
  for (const line of lines) {
    texts.push(JSON.stringify(line));
    if (texts.length < LINES_PER_WRITE) continue;
    yield `${texts.join('\n')}\n`;
    texts = [];
  }
  if (texts.length > 0) yield `${texts.join('\n')}\n`;
}

/** @throws Error when there is none, or none that can be believed. */
export async function readSavedList(folder: string, name: string): Promise<SavedList> {
  const path = join(folder, name + SUFFIX);
  const text = await readFile(path, 'utf8');
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const body = text.slice(0, end);
  const sum = JSON.stringify({ sha256: createHash('sha256').update(body).digest('hex') });
  if (text.slice(end) !== `${sum}\n`) throw new Error(`${path} is damaged`);
  const [first, ...lines] = body.split('\n').slice(0, -1);
  const { format, saved_at_ms: savedAtMs, header } = JSON.parse(first ?? '') as FirstLine;
  if (format !== FORMAT) throw new Error(`${path} is of another format`);
  return { savedAtMs, header, lines: lines.map((line) => JSON.parse(line) as unknown) };
}

/** Names of the lists in the folder. */
export async function savedListNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
}

export async function removeSavedList(folder: string, name: string): Promise<void> {
  await rm(join(folder, name + SUFFIX), { force: true });
}

/** A renamed file is only safe once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
