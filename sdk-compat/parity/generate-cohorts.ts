// Cohorts for the parity proof: listed people, and conditions that stand side by side, inside one another and
// upside down.
import type { CohortCondition, CohortGroup } from '../../server/src/cohorts/cohort.ts';
import type { Rng } from '../../server/src/kernel/rng.ts';
import { generateCondition } from './generate-conditions.ts';
import { peopleIds } from './generate-people.ts';
import type { ParityProject } from './project.ts';
import { chance, pick, times } from './random.ts';

const DYNAMIC = 6;

export type Cohorts = {
  /** The last one is static. */
  readonly ids: readonly number[];
  /** Of the static cohort. */
  readonly listed: readonly string[];
};

/** Makes them in the project. */
export async function createCohorts(
  rng: Rng,
  project: ParityProject,
  people: number,
): Promise<Cohorts> {
  const create = (body: object) => project.ask<{ id: number }>('POST', 'cohorts/', body);
  const ids: number[] = [];
  for (let i = 0; i < DYNAMIC; i += 1) {
    const properties = generateGroup(rng, ids);
    ids.push((await create({ name: `Cohort ${i}`, filters: { properties } })).id);
  }
  const listed = peopleIds(people).filter((id) => id.length <= 200 && chance(rng, 0.4));
  const { id } = await create({ name: 'Listed', is_static: true });
  const body = { distinct_ids: listed };
  await project.ask('PATCH', `cohorts/${id}/add_persons_to_static_cohort/`, body);
  return { ids: [...ids, id], listed };
}

function generateGroup(rng: Rng, earlier: readonly number[]): CohortGroup {
  const type = () => pick<'AND' | 'OR'>(rng, ['AND', 'OR']);
  return {
    type: type(),
    values: times(pick(rng, [1, 2]), () => ({
      type: type(),
      values: times(pick(rng, [1, 1, 2]), () => generateLeaf(rng, earlier)),
    })),
  };
}

function generateLeaf(rng: Rng, earlier: readonly number[]): CohortCondition {
  const negation = chance(rng, 0.2) ? { negation: true } : {};
  if (earlier.length > 0 && chance(rng, 0.2)) {
    return { key: 'id', type: 'cohort', operator: 'in', value: pick(rng, earlier), ...negation };
  }
  for (;;) {
    const { type, ...condition } = generateCondition(rng, null);
    if (type === 'person') return { type, ...condition, ...negation } as CohortCondition;
  }
}
