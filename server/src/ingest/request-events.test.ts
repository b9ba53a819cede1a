import { expect, test } from 'vitest';
import type { NormalizeContext } from './event.ts';
import { readRequestEvents } from './request-events.ts';

const UUID = '01a1f921-288b-7738-869e-a9b17bc3b697';
const CONTEXT: NormalizeContext = {
  receivedAtMs: 1_800_000_000_000,
  sentAt: undefined,
  makeUuid: () => UUID,
  requestId: 'r',
};

test('good events are kept beside bad ones, and each has its outcome', () => {
  const { events, warnings, outcomes, problem } = readRequestEvents(
    [
      { event: 'good', distinct_id: 'u' },
      { event: 'odd', distinct_id: 'u', timestamp: 'soon' },
      { distinct_id: 'u' },
      { event: '$identify', distinct_id: 'u', properties: { $process_person_profile: false } },
    ],
    CONTEXT,
  );
  expect(events.map((event) => event.event)).toEqual(['good', 'odd']);
  expect(outcomes).toEqual([
    { uuid: UUID, result: 'ok' },
    { uuid: UUID, result: 'warning', details: 'timestamp_unreadable' },
    { uuid: undefined, result: 'drop', details: 'event_name_missing' },
    {
      uuid: UUID,
      result: 'drop',
      details: 'invalid_event_when_process_person_profile_is_false',
    },
  ]);
  expect(warnings[0]).toMatchObject({ kind: 'timestamp_unreadable', distinctId: 'u' });
  expect(warnings).toHaveLength(3);
  expect(problem).toBeUndefined();
});

test('what an SDK says about itself is a warning with whose it is, and no event', () => {
  const event = '$$client_ingestion_warning';
  const properties = { [`${event}_message`]: 'too many events' };
  const { events, warnings, problem } = readRequestEvents(
    [{ event, distinct_id: 'u', properties }],
    CONTEXT,
  );
  expect([events, problem]).toEqual([[], undefined]);
  const detail = 'too many events';
  expect(warnings).toEqual([
    { kind: 'client_ingestion_warning', detail, uuid: UUID, event, distinctId: 'u' },
  ]);
});

test('the first problem speaks for a request in which nothing is usable', () => {
  const { problem } = readRequestEvents([{ event: 'e' }, { distinct_id: 'u' }], CONTEXT);
  expect(problem).toMatchObject({ kind: 'distinct_id_missing', attr: 'distinct_id' });
  expect(readRequestEvents([{ event: '$snapshot' }], CONTEXT).problem).toBeUndefined();
});
