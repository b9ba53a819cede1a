import { expect, test } from 'vitest';
import type { NormalizedEvent } from './event.ts';
import { parseRecord, recordTexts } from './record.ts';
import { finishRow } from './row.ts';

const HEAD = { environmentId: 3, receivedMs: Date.UTC(2026, 10, 20, 12) };

function anEvent(change: Partial<NormalizedEvent> = {}): NormalizedEvent {
  return {
    uuid: '01a1f921-288b-7738-869e-a9b17bc3b697',
    event: 'e "quoted"\n',
    distinctId: 'ü\\"',
    atMs: HEAD.receivedMs - 1500,
    claimedMs: HEAD.receivedMs - 1500,
    sessionId: 's',
    flag: '',
    flagResponse: '',
    flags: { a: 'true' },
    groups: { company: 'acme' },
    properties: {},
    person: { event: 'e', distinctId: 'd', atMs: 1, processing: 'default', set: { a: [1] } },
    ...change,
  };
}

test('a record gives back its events, and rows that are JSON', () => {
  const properties = {
    plain: 'text',
    quoted: 'a "b" \\ \n é 😀',
    empty: '',
    number: 1.5,
    big: 1e21,
    yes: true,
    nothing: null,
    list: [1, 'x"', { y: null }],
    'key "odd"': 0,
  };
  const { texts } = recordTexts(HEAD, [anEvent({ properties }), anEvent()], []);
  expect(texts).toHaveLength(1);
  const batch = parseRecord(texts[0] ?? '');
  expect(batch).toMatchObject({ ...HEAD, warnings: [] });
  expect(batch.events).toHaveLength(2);
  const [first] = batch.events;
  expect(first?.person).toEqual(anEvent().person);
  expect(first?.claimedMs).toBe(HEAD.receivedMs - 1500);
  const row = JSON.parse(finishRow(first?.row ?? '', 'p', 'full')) as {
    props: Record<string, string>;
  };
  expect(row).toMatchObject({
    environment_id: 3,
    event: 'e "quoted"\n',
    distinct_id: 'ü\\"',
    timestamp: '2026-11-20 11:59:58.500',
    received_at: '2026-11-20 12:00:00.000',
    flags: { a: 'true' },
    groups: { company: 'acme' },
    person_id: 'p',
    person_mode: 'full',
  });
  const restored = Object.fromEntries(
    Object.entries(row.props).map(([key, text]) => [key, JSON.parse(text) as unknown]),
  );
  expect(restored).toEqual(properties);
});

test('splits a large request and keeps its order', () => {
  const events = Array.from({ length: 30 }, (_, i) =>
    anEvent({ event: `e${i}`, properties: { filler: 'x'.repeat(100_000) } }),
  );
  const { texts } = recordTexts(HEAD, events, [{ kind: 'uuid_invalid', detail: 'd' }]);
  expect(texts.length).toBeGreaterThan(3);
  const batches = texts.map(parseRecord);
  expect(batches.flatMap((batch) => batch.events)).toHaveLength(30);
  expect(batches.flatMap((batch) => batch.warnings)).toHaveLength(1);
});

test('leaves out an event that is too large and warns', () => {
  const big = anEvent({ properties: { filler: 'x'.repeat(1_100_000) } });
  const { texts, tooLarge } = recordTexts(HEAD, [big, anEvent()], []);
  expect(tooLarge).toMatchObject([{ kind: 'event_too_large', uuid: big.uuid }]);
  expect(parseRecord(texts[0] ?? '')).toMatchObject({
    warnings: [{ kind: 'event_too_large' }],
    events: [{}],
  });
});

test('warnings of any length make no long record', () => {
  const long = 'x😀'.repeat(2_000_000);
  const warning = { kind: 'client_ingestion_warning', detail: long, attr: long } as const;
  const warnings = [{ ...warning, event: long, distinctId: long, uuid: long }];
  const [text = ''] = recordTexts(HEAD, [anEvent()], warnings).texts;
  expect(text.length).toBeLessThan(10_000);
  const noted = parseRecord(text).warnings[0];
  expect(noted).toMatchObject({ kind: warning.kind, detail: long.slice(0, 300) });
  expect(JSON.stringify(noted).isWellFormed()).toBe(true);
});

test('a request with nothing but problems is a record as well', () => {
  const { texts } = recordTexts(HEAD, [], [{ kind: 'uuid_invalid', detail: 'd' }]);
  expect(parseRecord(texts[0] ?? '')).toMatchObject({ events: [], warnings: [{}] });
  expect(recordTexts(HEAD, [], []).texts).toEqual([]);
});
