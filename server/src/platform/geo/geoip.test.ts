import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { openGeoIp } from './geoip.ts';
import { writeMmdb } from './test-mmdb.ts';

const named = (en: string) => ({ names: { en, de: `${en}!` } });
const LONDON = {
  city: named('London'),
  continent: { code: 'EU', ...named('Europe') },
  country: { iso_code: 'GB', ...named('United Kingdom') },
  location: {
    latitude: 51.5142,
    longitude: -0.0931,
    accuracy_radius: 10,
    time_zone: 'Europe/London',
  },
  postal: { code: 'EC2V' },
  subdivisions: [{ iso_code: 'ENG', ...named('England') }, named('City of London')],
};
const options = { clock: { now: () => Date.now() }, log: createLog('silent'), lookEveryMs: 20 };
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-geoip-'));
  path = join(folder, 'places.mmdb');
  const somewhere = { country: { iso_code: 'ZZ' } };
  const records = { '81.2.69.0/24': LONDON, '2001:db8::/32': somewhere, '10.0.0.0/8': {} };
  await writeFile(path, writeMmdb(records));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a place in the words of PostHog', async () => {
  const { locate, close } = await openGeoIp(path, options);
  expect(locate('81.2.69.160')).toEqual({
    $geoip_city_name: 'London',
    $geoip_country_name: 'United Kingdom',
    $geoip_country_code: 'GB',
    $geoip_continent_name: 'Europe',
    $geoip_continent_code: 'EU',
    $geoip_postal_code: 'EC2V',
    $geoip_latitude: 51.5142,
    $geoip_longitude: -0.0931,
    $geoip_accuracy_radius: 10,
    $geoip_time_zone: 'Europe/London',
    $geoip_subdivision_1_code: 'ENG',
    $geoip_subdivision_1_name: 'England',
    $geoip_subdivision_2_name: 'City of London',
  });
  expect(locate('::ffff:81.2.69.160')).toEqual(locate('81.2.69.160'));
  expect(locate('2001:db8:1::7')).toEqual({ $geoip_country_code: 'ZZ' });
  for (const unknown of ['81.2.70.1', '10.1.2.3', '2001:db9::1', '', 'localhost', '1.2.3.4.5']) {
    expect(locate(unknown)).toBeUndefined();
  }
  await close();
});

test('a new database is taken up; a broken one is not, and no database is an error', async () => {
  const { locate, close } = await openGeoIp(path, options);
  const replaceBy = async (content: Buffer | string): Promise<void> => {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  };
  await replaceBy('no database');
  await replaceBy(writeMmdb({ '81.2.69.0/24': { country: { iso_code: 'FR' } } }));
  await expect.poll(() => locate('81.2.69.1')).toEqual({ $geoip_country_code: 'FR' });
  await replaceBy('no database');
  await expect(openGeoIp(path, options)).rejects.toThrow('Unknown type');
  expect(locate('81.2.69.1')).toEqual({ $geoip_country_code: 'FR' });
  await close();
  await expect(openGeoIp(join(folder, 'nothing.mmdb'), options)).rejects.toThrow('ENOENT');
});
