// Uploads the source maps of a built app, so that its errors say where in the source they are.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '#app/config';
import { type Ask, openServer, SeedError } from '#seed';

const USAGE = `Usage: serin sourcemaps upload --release NAME FOLDER

  Uploads every *.js.map below FOLDER: what is served, for example dist.

  --release NAME   as events name it ($release, release, $app_version or service.version)
  --url http://…   SERIN_URL, or this machine, when left out
  --key phx_…      personal API key; SERIN_API_KEY, or the bootstrap key, when left out`;

/** 8 MB of maps a request, or one that is larger. */
const BATCH_CHARS = 8_000_000;
const BATCH_MAPS = 50;
const MAX_FILES = 5000;

export async function sourcemaps(args: readonly string[]): Promise<void> {
  const { release, folder, ask } = readArguments(args);
  const files = await findMaps(folder);
  if (files.length === 0) throw new SeedError(`There is no *.js.map below ${folder}.`);
  let batch: Upload[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length > 0) await upload(ask, release, batch);
    count += batch.length;
    batch = [];
  };
  for (const file of files) {
    const next = await readMap(folder, file);
    const chars = batch.reduce((sum, { map }) => sum + map.length, next.map.length);
    if (chars > BATCH_CHARS || batch.length === BATCH_MAPS) await flush();
    batch.push(next);
  }
  await flush();
  console.log(`Uploaded ${count} source maps of ${release}.`);
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const [command, folder, ...more] = positionals;
  const { release } = values;
  if (command !== 'upload' || !folder || more.length > 0 || !release) throw new SeedError(USAGE);
  const { bootstrap, client, port } = readConfig();
  const key = values.key ?? client.apiKey ?? bootstrap.personalApiKey;
  if (key === undefined) {
    throw new SeedError('Give a personal API key that may write errors: SERIN_API_KEY or --key.');
  }
  return {
    release,
    folder,
    ask: openServer(values.url ?? client.url ?? `http://localhost:${port}`, key),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        release: { type: 'string' },
        url: { type: 'string' },
        key: { type: 'string' },
      },
    });
  } catch (error) {
    throw new SeedError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** Paths below the folder, of bundles' maps alone. */
async function findMaps(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw new SeedError(`${folder} cannot be read: ${String(error)}`);
    },
  );
  const maps = entries
    .filter((entry) => entry.isFile() && /\.[cm]?js\.map$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).includes('node_modules'))
    .toSorted();
  if (maps.length > MAX_FILES) throw new SeedError(`More than ${MAX_FILES} source maps.`);
  return maps;
}

type Upload = { readonly file: string; readonly chunk_id: string; readonly map: string };

async function readMap(folder: string, path: string): Promise<Upload> {
  const map = await readFile(join(folder, path), 'utf8');
  const file = path.replace(/\.map$/, '');
  const bundle = await readFile(join(folder, file), 'utf8').catch(() => '');
  return { file: file.split(sep).join('/'), chunk_id: chunkIdOf(bundle), map };
}

/** What posthog-cli (`chunkId`) and bundlers (`debugId`, ECMA-426) write at the end of a file. */
function chunkIdOf(bundle: string): string {
  const end = bundle.slice(-2000);
  return /^\/\/# (?:chunkId|debugId)=([\w-]{1,100})\s*$/m.exec(end)?.[1] ?? '';
}

async function upload(ask: Ask, release: string, maps: readonly Upload[]): Promise<void> {
  const path = '/api/projects/@current/error_tracking/source_maps/';
  const { status, body } = await ask('POST', path, { release, maps });
  if (status === 204) return;
  const { detail } = body as { detail?: string };
  throw new SeedError(`The upload was refused (${status}): ${detail ?? JSON.stringify(body)}`);
}
