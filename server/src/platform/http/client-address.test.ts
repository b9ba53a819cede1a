import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createClientAddress } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each([
  [[], '9.9.9.9', '1.1.1.1', '9.9.9.9'],
  [['10.0.0.0/8'], '9.9.9.9', '1.1.1.1', '9.9.9.9'],
  [['10.0.0.0/8'], '10.0.0.1', '1.1.1.1', '1.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
])('trusting %j, from %s with %s: %s', (trusted, remote, forwarded, expected) => {
  expect(createClientAddress(trusted)(request(remote, forwarded))).toBe(expected);
});
