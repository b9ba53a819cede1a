import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PersonDirectory, PersonRecord } from '#identity';
import { createStoredPersons } from './stored-person.service.ts';

let lines: string[];
const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
const directory = (recordOf: PersonDirectory['recordOf']): PersonDirectory => ({
  recordOf,
  propertiesOfGroup: async () => ({}),
  keepHashKeys: async () => new Map(),
  close: () => undefined,
});

beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ADA: PersonRecord = {
  personId: 'p',
  properties: { plan: 'pro' },
  staticCohortIds: [7],
  hashKeys: new Map(),
};

test('gives what the directory knows', async () => {
  const persons = createStoredPersons(
    directory(async () => ADA),
    log,
  );
  expect(await persons.recordOf(1, 'known')).toBe(ADA);
  expect(lines).toEqual([]);
});

test('a store that does not answer is given up before the SDK gives up', async () => {
  const persons = createStoredPersons(
    directory(() => new Promise(() => undefined)),
    log,
  );
  const failure = persons.recordOf(1, 'known').catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await failure).toMatchObject({ message: expect.stringContaining('within 1000 ms') });
  expect(vi.getTimerCount()).toBe(0);
});

test('the log hears once that reading fails, and once that it works again', async () => {
  let isDown = true;
  const persons = createStoredPersons(
    directory(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(ADA))),
    log,
  );
  for (let i = 0; i < 5; i += 1) await expect(persons.recordOf(1, 'a')).rejects.toThrow('down');
  isDown = false;
  for (let i = 0; i < 5; i += 1) await persons.recordOf(1, 'a');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('cannot be read');
  expect(lines[1]).toContain('again');
});
