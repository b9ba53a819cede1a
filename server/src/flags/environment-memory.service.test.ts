// Whatever the order of changes: the state that grew by them equals one that is read anew.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aCohort } from '#app/test-cohort';
import type { CohortDefinition } from '#cohorts/cohort';
import { EnvironmentMemory } from './environment-memory.service.ts';
import { evaluateFlags } from './flag-set.ts';
import type { FlagDefinition, Filters, Property } from './flag.ts';
import type { CohortSupport } from './served-groups.ts';
import type { FlagSnapshot } from './snapshot.ts';
import { NOON, aFlag, aSubject } from './test-flag.ts';

const IDS = 6;
const COHORT_IDS = 3;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Conditions on people, cohorts and other flags, by id or by key, also on flags that are not there. */
const property: fc.Arbitrary<Property> = fc.oneof(
  fc.record({
    key: fc.constantFrom('plan', 'country'),
    type: fc.constant('person' as const),
    value: fc.constantFrom('pro', 'free'),
  }),
  fc.record({
    key: fc.oneof(fc.integer({ min: 1, max: IDS }).map(String), fc.constantFrom(...KEYS)),
    type: fc.constant('flag' as const),
    operator: fc.constant('flag_evaluates_to' as const),
    value: fc.boolean(),
  }),
  fc.record({
    key: fc.constant('id'),
    type: fc.constant('cohort' as const),
    operator: fc.constantFrom('in' as const, 'not_in' as const),
    value: fc.integer({ min: 1, max: COHORT_IDS }),
  }),
);
/** Cohorts ask for those with higher numbers; one without conditions lists people. */
const cohort = fc.record({
  id: fc.integer({ min: 1, max: COHORT_IDS }),
  plan: fc.option(fc.constantFrom('pro', 'free')),
  asksForNext: fc.boolean(),
});
const filters: fc.Arbitrary<Filters> = fc.record({
  groups: fc.array(
    fc.record({
      properties: fc.array(property, { maxLength: 2 }),
      rollout_percentage: fc.constantFrom(0, 50, 100),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});
const content = fc.record({
  active: fc.boolean(),
  filters,
  killSwitchId: fc.option(fc.integer({ min: 1, max: IDS }), { freq: 5 }),
  overrides: fc.constantFrom([], [{ distinctId: '1', value: true }]),
});

/** One commit: flags that come, change, are renamed or leave. */
const commit = fc.record({
  isWhole: fc.boolean(),
  hasGroupType: fc.boolean(),
  cohort: fc.option(cohort, { freq: 3 }),
  flags: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: IDS }),
      key: fc.constantFrom(...KEYS),
      content: fc.option(content, { nil: undefined }),
    }),
    { maxLength: 3 },
  ),
});
type Commit = typeof commit extends fc.Arbitrary<infer T> ? T : never;

/** The store: flags by id, no key twice. */
class Rows {
  readonly flags = new Map<number, FlagDefinition>();
  #version = 0;
  seq = 0;
  groupTypes: string[] = [];
  readonly #cohorts = new Map<number, CohortDefinition>();
  #hasOtherCohorts = false;

  /** Returns the ids of rows that were written. */
  write({ flags, hasGroupType, cohort: given }: Commit): number[] {
    this.seq += 1;
    this.#hasOtherCohorts = given !== null;
    if (given) this.#writeCohort(given);
    if (hasGroupType && this.groupTypes.length < 3) {
      this.groupTypes = [...this.groupTypes, `type ${this.groupTypes.length}`];
    }
    return flags.flatMap(({ id, key, content: given }) => {
      const isTaken = [...this.flags.values()].some(
        (other) => other.key === key && other.id !== id,
      );
      if (given && isTaken) return [];
      this.#version += 1;
      if (given) this.flags.set(id, aFlag({ id, key, version: this.#version, ...given }));
      else this.flags.delete(id);
      return [id];
    });
  }

  /** As it comes out of the database: never the same object twice. */
  read(ids: Iterable<number>) {
    return [...ids].map((flagId) => ({
      environmentId: 1,
      flagId,
      definition: structuredClone(this.flags.get(flagId)),
    }));
  }

  #writeCohort({ id, plan, asksForNext }: NonNullable<Commit['cohort']>): void {
    const next = this.#cohorts.has(id + 1) && asksForNext;
    const values = [
      { type: 'person', key: 'plan', operator: 'exact', value: plan } as const,
      ...(next ? [{ type: 'cohort', key: 'id', operator: 'in', value: id + 1 } as const] : []),
    ];
    const made = aCohort(id, plan === null ? undefined : { type: 'OR', values });
    this.#cohorts.set(id, { ...made, version: this.seq });
  }

  state(isWhole: boolean) {
    const { seq, groupTypes } = this;
    const all = [...this.#cohorts.values()].map((one) => structuredClone(one));
    const cohorts = isWhole || this.#hasOtherCohorts ? all : undefined;
    return { environmentId: 1, projectId: 1, readSeq: seq, seq, cohorts, groupTypes, isWhole };
  }
}

function fresh(rows: Rows): FlagSnapshot {
  const memory = new EnvironmentMemory(1);
  memory.apply(rows.state(true), rows.read(rows.flags.keys()));
  return memory.snapshot;
}

const SUBJECTS = ['pro', 'free'].flatMap((plan) =>
  ['1', '2', '3'].map((id) =>
    aSubject({ distinctId: id, personProperties: { plan }, staticCohortIds: [Number(id)] }),
  ),
);

function outcomes({ set }: FlagSnapshot): string[][] {
  return SUBJECTS.map((subject) =>
    evaluateFlags(set, subject, NOON).map((outcome) => JSON.stringify(outcome)),
  );
}

function texts(snapshot: FlagSnapshot, support: CohortSupport): string[] {
  const { json, etag } = snapshot.definitions(support);
  return [json, etag];
}

test('a state that grew by changes equals one that is read anew', () => {
  fc.assert(
    fc.property(fc.array(commit, { maxLength: 12 }), (commits) => {
      const rows = new Rows();
      const memory = new EnvironmentMemory(1);
      for (const one of commits) {
        const ids = rows.write(one);
        memory.apply(rows.state(one.isWhole), rows.read(one.isWhole ? rows.flags.keys() : ids));
        const [grown, read] = [memory.snapshot, fresh(rows)];
        expect(grown.version).toBe(read.version);
        expect(grown.flags).toEqual(read.flags);
        expect([...grown.set.chains]).toEqual([...read.set.chains]);
        expect(grown.set.personKeys).toEqual(read.set.personKeys);
        expect(outcomes(grown)).toEqual(outcomes(read));
        for (const support of ['current', 'older', 'none'] as const) {
          const [json, etag] = texts(grown, support);
          expect(texts(read, support)).toEqual([json, etag]);
        }
      }
    }),
  );
});

test('no flag has another outcome or definition than before without being told', () => {
  fc.assert(
    fc.property(fc.array(commit, { maxLength: 12 }), (commits) => {
      const rows = new Rows();
      const memory = new EnvironmentMemory(1);
      for (const one of commits) {
        const before = memory.snapshot;
        const ids = rows.write(one);
        const change = memory.apply(rows.state(false), rows.read(ids));
        const told = new Set(change?.changedKeys);
        for (const subject of SUBJECTS) {
          const was = new Map(
            evaluateFlags(before.set, subject, NOON).map((outcome) => [outcome.key, outcome]),
          );
          const quiet = evaluateFlags(memory.snapshot.set, subject, NOON).filter(
            (outcome) => !told.has(outcome.key),
          );
          expect(quiet).toEqual(quiet.map((outcome) => was.get(outcome.key)));
        }
        // Not told means not touched: the very same object.
        const touched = [...before.flags, ...memory.snapshot.flags]
          .map(({ key }) => key)
          .filter((key) => memory.snapshot.set.byKey.get(key) !== before.set.byKey.get(key));
        expect(touched.filter((key) => !told.has(key))).toEqual([]);
      }
    }),
  );
});

test('whoever reads the same again notices nothing', () => {
  const rows = new Rows();
  rows.flags.set(1, aFlag({ id: 1, key: 'a' }));
  const memory = new EnvironmentMemory(1);
  memory.apply(rows.state(true), rows.read([1]));
  const before = memory.snapshot;
  expect(memory.apply(rows.state(true), rows.read([1]))).toBeUndefined();
  expect(memory.snapshot).toBe(before);
});

test('a change of one flag among many lays out that one and those that need it', () => {
  const rows = new Rows();
  const needsBase: Property = {
    key: '1',
    type: 'flag',
    operator: 'flag_evaluates_to',
    value: true,
  };
  rows.flags.set(1, aFlag({ id: 1, key: 'base' }));
  rows.flags.set(
    2,
    aFlag({ id: 2, key: 'needs', filters: { groups: [{ properties: [needsBase] }] } }),
  );
  for (let id = 3; id <= 500; id += 1) rows.flags.set(id, aFlag({ id, key: `flag-${id}` }));
  const memory = new EnvironmentMemory(1);
  memory.apply(rows.state(true), rows.read(rows.flags.keys()));
  const before = memory.snapshot;
  rows.flags.set(1, aFlag({ id: 1, key: 'base', active: false, version: 2 }));
  rows.seq += 1;
  const change = memory.apply(rows.state(false), rows.read([1]));
  expect(change?.changedKeys).toEqual(['base', 'needs']);
  const same = before.set.flags.filter((flag) => memory.snapshot.set.byKey.get(flag.key) === flag);
  expect(same).toHaveLength(499);
});

test('a change of a cohort lays out the flags that ask for it, also through others', () => {
  const asks = (value: number): Filters => ({
    groups: [{ properties: [{ key: 'id', type: 'cohort', operator: 'in', value }] }],
  });
  const rows = new Rows();
  rows.flags.set(1, aFlag({ id: 1, key: 'inner', filters: asks(2) }));
  rows.flags.set(2, aFlag({ id: 2, key: 'outer', filters: asks(1) }));
  rows.flags.set(3, aFlag({ id: 3, key: 'other', filters: asks(3) }));
  const none = { isWhole: true, hasGroupType: false, flags: [] };
  const memory = new EnvironmentMemory(1);
  for (const id of [3, 2, 1]) {
    rows.write({ ...none, cohort: { id, plan: 'pro', asksForNext: id === 1 } });
    memory.apply(rows.state(true), rows.read(rows.flags.keys()));
  }
  rows.write({ ...none, cohort: { id: 2, plan: 'free', asksForNext: false } });
  const change = memory.apply(rows.state(false), []);
  expect(change?.changedKeys).toEqual(['inner', 'outer']);
});
