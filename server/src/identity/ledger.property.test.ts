import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KnownPeople, PersonLedger } from './ledger.ts';
import type { Person, PersonEvent } from './person.ts';

const NOBODY: KnownPeople = { persons: [], personIds: new Map(), personlessIds: new Set() };
const derive = (distinctId: string): string => `uuid-of-${distinctId}`;

function anEvent(change: Partial<PersonEvent> & { distinctId: string }): PersonEvent {
  return { event: 'e', atMs: 1000, processing: 'default', ...change };
}

function aPerson(distinctId: string): Person {
  return {
    id: derive(distinctId),
    properties: { [distinctId]: 1 },
    isIdentified: false,
    createdAtMs: 500,
    version: 0,
  };
}

function run(events: readonly PersonEvent[], before = NOBODY): PersonLedger {
  const ledger = new PersonLedger(before, derive);
  for (const event of events) ledger.apply(event, () => ({ set: {}, setOnce: {} }));
  return ledger;
}

// Random merges against the plainest model: a set of sets.
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const merges = fc.array(
  fc.record({
    kind: fc.constantFrom('$identify', '$create_alias', '$merge_dangerously', 'plain'),
    into: ids,
    other: ids,
  }),
  { maxLength: 30 },
);

test('every id ends with exactly one living person, and merged ids share it', () => {
  fc.assert(
    fc.property(merges, fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']), (steps, existing) => {
      const before: KnownPeople = {
        ...NOBODY,
        persons: existing.map(aPerson),
        personIds: new Map(existing.map((id) => [id, derive(id)])),
      };
      const events = steps.map(({ kind, into, other }) =>
        kind === 'plain'
          ? anEvent({ distinctId: into })
          : anEvent({ event: kind, distinctId: into, otherId: other }),
      );
      const ledger = run(events, before);
      const changes = ledger.changes();
      const gone = new Set(changes.absorbed.map((person) => person.id));
      const living = new Set(
        [...before.persons, ...changes.created]
          .map((person) => person.id)
          .filter((id) => !gone.has(id)),
      );
      for (const { into } of changes.absorbed) expect(living).toContain(into);
      for (const { personId } of changes.attached) expect(living).toContain(personId);
      const seen = new Set(events.map((event) => event.distinctId));
      for (const id of seen) {
        expect(living).toContain(ledger.stamp(anEvent({ distinctId: id })).personId);
      }
      expect(new Set(changes.attached.map((one) => one.distinctId)).size).toBe(
        changes.attached.length,
      );
    }),
  );
});

test('dangerous merges join exactly the connected ids, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, ids), { maxLength: 15 }), (pairs) => {
      const group = new Map<string, Set<string>>();
      const groupOf = (id: string): Set<string> => group.get(id) ?? new Set([id]);
      for (const [a, b] of pairs) {
        const joint = new Set([...groupOf(a), ...groupOf(b)]);
        for (const id of joint) group.set(id, joint);
      }
      const ledger = run(
        pairs.map(([distinctId, otherId]) =>
          anEvent({ event: '$merge_dangerously', distinctId, otherId }),
        ),
      );
      const personOf = (id: string): string => ledger.stamp(anEvent({ distinctId: id })).personId;
      for (const [a, joint] of group) {
        for (const b of group.keys()) expect(personOf(a) === personOf(b)).toBe(joint.has(b));
      }
    }),
  );
});

test('working a batch in twice changes nothing more', () => {
  fc.assert(
    fc.property(merges, (steps) => {
      const events = steps.map(({ kind, into, other }, i) =>
        anEvent({
          event: kind === 'plain' ? '$set' : kind,
          distinctId: into,
          otherId: other,
          set: { [other]: i },
        }),
      );
      const first = run(events).changes();
      const after: KnownPeople = {
        persons: first.created,
        personIds: new Map(first.attached.map((one) => [one.distinctId, one.personId])),
        personlessIds: new Set(),
      };
      const again = run(events, after).changes();
      expect(again.created).toEqual([]);
      expect(again.attached).toEqual([]);
    }),
  );
});
