import { expect, test } from 'vitest';
import type { Scope } from '../api/session.ts';
import { placeOfChange } from './proposal.ts';

const environment = (key: string, approvals: number) => ({
  key,
  protection: { require_reason: false, required_approvals: approvals, allow_emergency_off: true },
});
const [development, staging, production] = [
  environment('development', 0),
  environment('staging', 1),
  environment('production', 2),
];
const scope = {
  environment: development,
  query: { environment: 'development' },
  project: { environments: [development, staging, production] },
} as unknown as Scope;
const placeOf = (change: object) => placeOfChange(scope, change).query.environment;

test('what all environments share is proposed where most people must approve', () => {
  expect(placeOf({ archived: true, version: 3 })).toBe('production');
  expect(placeOf({ active: true })).toBe('development');
  expect(placeOf({ filters: { groups: [] }, key: 'other' })).toBe('development');
});
