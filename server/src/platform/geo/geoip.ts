// Finds out where addresses are, with a database that whoever runs Serin puts beside it. Nothing is asked of anybody
// else, and nothing is remembered of an address.
import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Reader } from 'mmdb-lib';
import type { Logger } from 'pino';
import type { Clock } from '#kernel/clock';
import type { JsonObject } from '#kernel/json';
import { runEvery } from '#platform/scheduler';
import { geoProperties } from './geo-properties.ts';

/** New databases come weekly. */
const LOOK_EVERY_MS = 600_000;
/** An IPv4 address as a socket for both kinds has it. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** The properties of the place of an address; undefined where none is known. */
export type Locate = (address: string) => JsonObject | undefined;

export type GeoIp = { readonly locate: Locate; close(): Promise<void> };

type Options = { readonly clock: Clock; readonly log: Logger; readonly lookEveryMs?: number };

/**
 * Opens the database; one that takes its place later is taken up by itself.
 * @throws Error when it cannot be read
 */
export async function openGeoIp(path: string, options: Options): Promise<GeoIp> {
  const { clock, log, lookEveryMs = LOOK_EVERY_MS } = options;
  let { reader, version } = await read(path);
  const loop = runEvery({
    name: 'GeoIP database',
    intervalMs: lookEveryMs,
    job: async () => {
      if ((await versionOf(path)) === version) return;
      ({ reader, version } = await read(path));
      log.info({ built: reader.metadata.buildEpoch }, 'a new GeoIP database is in use');
    },
    log,
    clock,
  });
  return {
    locate: (address) => {
      const plain = address.replace(MAPPED, '');
      const family = isIP(plain);
      // A tree of IPv4 addresses only would take the first bits of the others for one.
      if (family === 0 || (family === 6 && reader.metadata.ipVersion === 4)) return undefined;
      const properties = geoProperties(reader.get(plain));
      return Object.keys(properties).length === 0 ? undefined : properties;
    },
    close: () => loop.stop(),
  };
}

async function read(path: string) {
  // Before the content: a file that changes meanwhile is read again.
  const version = await versionOf(path);
  return { version, reader: new Reader(await readFile(path)) };
}

async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}-${size}-${ino}`;
}
