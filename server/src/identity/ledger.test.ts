import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json';
import { type KnownPeople, PersonLedger } from './ledger.ts';
import type { Person, PersonEvent } from './person.ts';

const NOBODY: KnownPeople = { persons: [], personIds: new Map(), personlessIds: new Set() };
const derive = (distinctId: string): string => `uuid-of-${distinctId}`;
const NO_AUTO = () => ({ set: {}, setOnce: {} });

function anEvent(change: Partial<PersonEvent> & { distinctId: string }): PersonEvent {
  return { event: 'e', atMs: 1000, processing: 'default', ...change };
}

const identify = (distinctId: string, otherId: string, set?: JsonObject): PersonEvent =>
  anEvent({ event: '$identify', distinctId, otherId, set });

function aPerson(id: string, change: Partial<Person> = {}): Person {
  return { id, properties: {}, isIdentified: false, createdAtMs: 500, version: 0, ...change };
}

function known(persons: Record<string, Person>, personless: string[] = []): KnownPeople {
  return {
    persons: [...new Set(Object.values(persons))],
    personIds: new Map(Object.entries(persons).map(([id, person]) => [id, person.id])),
    personlessIds: new Set(personless),
  };
}

function run(events: readonly PersonEvent[], before = NOBODY): PersonLedger {
  const ledger = new PersonLedger(before, derive);
  for (const event of events) ledger.apply(event, NO_AUTO);
  return ledger;
}

test('an event of a new id makes a person with the derived id', () => {
  const ledger = run([anEvent({ distinctId: 'u', set: { a: 1 }, setOnce: { b: null } })]);
  expect(ledger.changes()).toMatchObject({
    created: [{ id: 'uuid-of-u', properties: { a: 1, b: null }, createdAtMs: 1000 }],
    attached: [{ distinctId: 'u', personId: 'uuid-of-u', version: 0 }],
    updated: [],
    absorbed: [],
  });
});

test('without a profile nobody is made, but the id is remembered', () => {
  const event = anEvent({ distinctId: 'anon', processing: 'none', set: { a: 1 } });
  const ledger = run([event]);
  expect(ledger.stamp(event)).toEqual({ personId: 'uuid-of-anon', mode: 'propertyless' });
  expect(ledger.changes()).toMatchObject({ created: [], attached: [], personless: ['anon'] });
});

test.each<[string, Partial<PersonEvent>, number]>([
  ['$feature_flag_called', {}, 0],
  ['$feature_flag_called', { groups: { company: 'acme' } }, 1],
  ['$groupidentify', {}, 0],
  ['$exception', {}, 1],
])('whether %s makes a person', (event, change, expected) => {
  const ledger = run([anEvent({ event, distinctId: 'u', ...change })]);
  expect(ledger.changes().created).toHaveLength(expected);
});

test('a group id is not remembered as somebody', () => {
  const event = anEvent({ event: '$groupidentify', distinctId: '$company_acme' });
  const ledger = run([event]);
  expect(ledger.stamp(event).mode).toBe('propertyless');
  expect(ledger.changes().personless).toEqual([]);
});

test('set_once, set and unset apply in this order', () => {
  const before = known({ u: aPerson('p', { properties: { old: 1, gone: 1 } }) });
  const ledger = run(
    [
      anEvent({
        event: '$set',
        distinctId: 'u',
        setOnce: { old: 2, fresh: 2, both: 2 },
        set: { both: 3 },
        unset: ['gone', 'never'],
      }),
    ],
    before,
  );
  expect(ledger.changes().updated).toMatchObject([
    { id: 'p', properties: { old: 1, fresh: 2, both: 3 }, version: 1 },
  ]);
});

test('what changes nothing is not written', () => {
  const before = known({ u: aPerson('p', { properties: { a: [1] } }) });
  const ledger = run([anEvent({ distinctId: 'u', set: { a: [1] }, unset: ['x'] })], before);
  expect(ledger.changes().updated).toEqual([]);
});

test('an exception never updates a person', () => {
  const event = '$exception';
  const before = known({ u: aPerson('p') });
  expect(
    run([anEvent({ event, distinctId: 'u', set: { a: 1 } })], before).changes().updated,
  ).toEqual([]);
});

test('browser properties count at creation and on events about the person only', () => {
  const auto = () => ({ set: { $browser: 'X' }, setOnce: { $initial_browser: 'X' } });
  const ledger = new PersonLedger(known({ u: aPerson('p') }), derive);
  ledger.apply(anEvent({ distinctId: 'u', set: { plan: 'pro' } }), auto);
  expect(ledger.changes().updated[0]?.properties).toEqual({ plan: 'pro' });
  ledger.apply(anEvent({ event: '$set', distinctId: 'u', set: { $browser: 'said' } }), auto);
  expect(ledger.changes().updated[0]?.properties).toEqual({
    plan: 'pro',
    $browser: 'said',
    $initial_browser: 'X',
  });
  ledger.apply(anEvent({ distinctId: 'new' }), auto);
  expect(ledger.changes().created[0]?.properties).toEqual(
    auto().set && { $browser: 'X', $initial_browser: 'X' },
  );
});

test('identify joins two unknown ids in one identified person', () => {
  const ledger = run([identify('u', 'anon', { email: 'x' })], known({}, ['anon', 'u']));
  expect(ledger.changes()).toMatchObject({
    created: [{ id: 'uuid-of-u', isIdentified: true, properties: { email: 'x' } }],
    attached: [
      // Its earlier events carry the very id that the person got.
      { distinctId: 'u', personId: 'uuid-of-u', version: 0 },
      { distinctId: 'anon', personId: 'uuid-of-u', version: 1 },
    ],
  });
});

test('an id without earlier events needs no re-pointing', () => {
  expect(run([identify('u', 'anon')]).changes().attached).toMatchObject([
    { version: 0 },
    { version: 0 },
  ]);
});

test('one known id takes the other in', () => {
  const own = run([identify('u', 'anon')], known({ u: aPerson('p') }, ['anon']));
  expect(own.changes()).toMatchObject({
    created: [],
    updated: [{ id: 'p', isIdentified: true }],
    attached: [{ distinctId: 'anon', personId: 'p', version: 1 }],
  });
  const other = run([identify('u', 'anon')], known({ anon: aPerson('p') }, ['u']));
  expect(other.changes().attached).toEqual([{ distinctId: 'u', personId: 'p', version: 1 }]);
});

test('two persons become one: the identified id wins, the older date stays', () => {
  const before = known({
    u: aPerson('p', { properties: { a: 1, b: 1 }, createdAtMs: 900, version: 3 }),
    anon: aPerson('q', { properties: { b: 2, c: 2 }, createdAtMs: 400, version: 7 }),
  });
  const ledger = run([identify('u', 'anon', { c: 3 })], before);
  expect(ledger.changes()).toMatchObject({
    updated: [
      {
        id: 'p',
        properties: { a: 1, b: 1, c: 3 },
        createdAtMs: 400,
        isIdentified: true,
        version: 9,
      },
    ],
    absorbed: [{ id: 'q', into: 'p' }],
    attached: [],
  });
  expect(ledger.stamp(anEvent({ distinctId: 'anon' })).personId).toBe('p');
});

test('an identified person is only taken over dangerously', () => {
  const before = () => known({ u: aPerson('p'), v: aPerson('q', { isIdentified: true }) });
  const refused = run([identify('u', 'v')], before());
  expect(refused.warnings).toMatchObject([{ kind: 'cannot_merge_already_identified' }]);
  expect(refused.changes().absorbed).toEqual([]);
  expect(refused.stamp(anEvent({ distinctId: 'v' })).personId).toBe('q');
  const alias = anEvent({ event: '$create_alias', distinctId: 'u', otherId: 'v' });
  expect(run([alias], before()).changes().absorbed).toEqual([]);
  const forced = anEvent({ event: '$merge_dangerously', distinctId: 'u', otherId: 'v' });
  expect(run([forced], before()).changes().absorbed).toEqual([{ id: 'q', into: 'p' }]);
});

test.each(['anonymous', 'GUEST', 'NaN', '[object Object]', '0', '"null"', "'undefined'", ' ', ''])(
  'the illegal id %j joins nobody',
  (id) => {
    const ledger = run([identify('u', id)]);
    expect(ledger.warnings).toMatchObject([{ kind: 'cannot_merge_with_illegal_distinct_id' }]);
    expect(ledger.changes().attached.map((attachment) => attachment.distinctId)).toEqual(['u']);
  },
);

test('an event before the identify of its batch belongs to the merged person', () => {
  const first = anEvent({ distinctId: 'anon', processing: 'none' });
  const ledger = run([first, identify('u', 'anon')]);
  expect(ledger.stamp(first)).toEqual({ personId: 'uuid-of-u', mode: 'propertyless' });
  expect(ledger.changes().personless).toEqual([]);
});

test('a later event without profile is upgraded when its person exists', () => {
  const ledger = run([], known({ u: aPerson('p', { createdAtMs: 0 }) }));
  const late = anEvent({ distinctId: 'u', processing: 'none', atMs: 60_001 });
  expect(ledger.stamp(late)).toEqual({ personId: 'p', mode: 'force_upgrade' });
  expect(ledger.stamp({ ...late, atMs: 60_000 }).mode).toBe('propertyless');
  expect(ledger.stamp({ ...late, processing: 'default' }).mode).toBe('full');
});

test('properties that would grow too large are left out with a warning', () => {
  const big = { big: 'x'.repeat(600_000) };
  const ledger = run([anEvent({ distinctId: 'u', set: big })]);
  expect(ledger.warnings).toMatchObject([{ kind: 'person_properties_too_large' }]);
  expect(ledger.changes().created[0]?.properties).toEqual({});
});

test('joining two people who together are too large keeps the properties of the one who stays', () => {
  const large = (key: string): JsonObject => ({ [key]: 'x'.repeat(300_000) });
  const before = known({
    own: aPerson('1', { properties: large('a') }),
    other: aPerson('2', { properties: large('b') }),
  });
  const ledger = run([identify('own', 'other')], before);
  expect(ledger.warnings.map((warning) => warning.kind)).toEqual(['person_properties_too_large']);
  const { updated, absorbed } = ledger.changes();
  expect(updated.map((person) => Object.keys(person.properties))).toEqual([['a']]);
  expect(absorbed).toEqual([{ id: '2', into: '1' }]);
});
