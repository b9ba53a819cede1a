// Places of clients, from the request to events, people and flags, on the whole application.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { type GeoIp, openGeoIp } from '#platform/geo/geoip';
import { writeMmdb } from '#platform/geo/test-mmdb';
import { createLog } from '#platform/log';

const IN_GERMANY = '81.2.69.160';
const IN_FRANCE = '90.1.2.3';
const records = {
  '81.2.69.0/24': { country: { iso_code: 'DE', names: { en: 'Germany' } } },
  '90.0.0.0/8': { country: { iso_code: 'FR', names: { en: 'France' } } },
};
let folder: string;
let geoip: GeoIp;
let serin: TestApp;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-places-'));
  const path = join(folder, 'places.mmdb');
  await writeFile(path, writeMmdb(records));
  geoip = await openGeoIp(path, { clock: { now: () => Date.now() }, log: createLog('silent') });
  serin = await startTestApp({ locate: geoip.locate });
  ({ token } = serin.production);
  const isGerman = { key: '$geoip_country_code', value: 'DE', type: 'person' };
  await serin.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'for-germany',
    filters: { groups: [{ properties: [isGerman], rollout_percentage: 100 }] },
  });
});

afterAll(async () => {
  await serin.close();
  await geoip.close();
  await rm(folder, { recursive: true, force: true });
});

async function capture(distinctId: string, event: object, remoteAddress = IN_GERMANY) {
  const payload = { api_key: token, event: 'e', distinct_id: distinctId, ...event };
  const answer = await serin.inject({ method: 'POST', url: '/e/', remoteAddress, payload });
  expect(answer.statusCode).toBe(200);
  const url = `/api/projects/@current/events/?distinct_id=${distinctId}`;
  await expect.poll(async () => (await serin.ask('GET', url)).body.results.length).toBe(1);
  return (await serin.ask('GET', url)).body.results[0].properties;
}

test('events learn where they come from, without the address', async () => {
  const properties = await capture('plain', {});
  expect(properties).toEqual({ $geoip_country_code: 'DE', $geoip_country_name: 'Germany' });
  const server = { $ip: IN_FRANCE, $lib: 'posthog-node', $is_server: true };
  expect(await capture('served', { properties: server })).toMatchObject({
    $geoip_country_code: 'FR',
  });
  expect(await capture('disabled', { properties: { $geoip_disable: true } })).toEqual({
    $geoip_disable: true,
  });
});

test('people are where they were first and last', async () => {
  const personOf = async (distinctId: string) => {
    const url = `/api/projects/@current/persons/?distinct_id=${distinctId}`;
    return (await serin.ask('GET', url)).body.results[0]?.properties;
  };
  await capture('traveller', {});
  expect(await personOf('traveller')).toMatchObject({
    $geoip_country_code: 'DE',
    $initial_geoip_country_code: 'DE',
  });
  const payload = { api_key: token, event: '$set', distinct_id: 'traveller' };
  await serin.inject({ method: 'POST', url: '/e/', remoteAddress: IN_FRANCE, payload });
  await expect
    .poll(() => personOf('traveller'))
    .toMatchObject({
      $geoip_country_code: 'FR',
      $initial_geoip_country_code: 'DE',
    });
});

test('the address is kept where the project says so', async () => {
  const project = '/api/projects/@current/';
  expect((await serin.ask('GET', project)).body.anonymize_ips).toBe(true);
  expect((await serin.ask('PATCH', project, { anonymize_ips: false })).status).toBe(200);
  expect(await capture('kept', {})).toMatchObject({ $ip: IN_GERMANY, $geoip_country_code: 'DE' });
  await serin.ask('PATCH', project, { anonymize_ips: true });
  expect(await capture('dropped', { properties: { $ip: IN_FRANCE } })).not.toHaveProperty('$ip');
});

test('flags by place: of whoever asks, unless the request says otherwise', async () => {
  const isOn = async (body: object, remoteAddress = IN_GERMANY) => {
    const payload = { api_key: token, distinct_id: 'p', ...body };
    const answer = await serin.inject({
      method: 'POST',
      url: '/flags/?v=2',
      remoteAddress,
      payload,
    });
    return answer.json<{ flags: Record<string, { enabled: boolean }> }>().flags['for-germany']
      ?.enabled;
  };
  expect(await isOn({})).toBe(true);
  expect(await isOn({}, IN_FRANCE)).toBe(false);
  expect(await isOn({ geoip_disable: true })).toBe(false);
  expect(await isOn({ person_properties: { $geoip_country_code: 'FR' } })).toBe(false);
  const evaluate = async (headers: Record<string, string>) => {
    const answer = await serin.inject({
      method: 'POST',
      url: '/ofrep/v1/evaluate/flags/for-germany',
      remoteAddress: IN_GERMANY,
      headers: { authorization: `Bearer ${token}`, ...headers },
      payload: { context: { targetingKey: 'p' } },
    });
    return answer.json<{ value: boolean }>().value;
  };
  // A server asks for people who are elsewhere.
  expect(await evaluate({ origin: 'https://shop.test', 'sec-fetch-mode': 'cors' })).toBe(true);
  expect(await evaluate({})).toBe(false);
});
