import { expect, test } from 'vitest';
import type { JsonValue } from '#kernel/json';
import { type EventOrigin, addPlace } from './event-place.ts';

const locate = (address: string) => (address === '' ? undefined : { $geoip_city_name: address });
const origin: EventOrigin = { address: '1.1.1.1', locate, keepsAddresses: false };

function placed(properties: Record<string, JsonValue>, change: Partial<EventOrigin> = {}) {
  const added = { ...properties };
  addPlace(added, { ...origin, ...change });
  return added;
}

test('of the request, or of the address that the event names; kept only where it shall be', () => {
  expect(placed({ a: 1 })).toEqual({ a: 1, $geoip_city_name: '1.1.1.1' });
  expect(placed({ $ip: '2.2.2.2' })).toEqual({ $geoip_city_name: '2.2.2.2' });
  expect(placed({}, { keepsAddresses: true })).toEqual({
    $geoip_city_name: '1.1.1.1',
    $ip: '1.1.1.1',
  });
  expect(placed({ $ip: '2.2.2.2' }, { keepsAddresses: true })).toMatchObject({ $ip: '2.2.2.2' });
});

test('not where it is switched off, or where there is nothing to find it out by', () => {
  const disabled = { $geoip_disable: true };
  expect(placed(disabled)).toEqual(disabled);
  expect(placed({ ...disabled, $ip: '2.2.2.2' })).toEqual(disabled);
  expect(placed({}, { locate: undefined })).toEqual({});
  expect(placed({}, { address: undefined, keepsAddresses: true })).toEqual({});
  expect(placed({ $ip: 7 }, { address: '' })).toEqual({});
});
