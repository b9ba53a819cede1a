import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsWorld, startFlagsWorld } from '#app/test-flags';
import { createCohort } from './cohorts.service.ts';
import { countMembers, findListedIds, findListedPeople, insertMembers } from './members.store.ts';

let world: FlagsWorld;
let environmentId: number;
beforeAll(async () => {
  world = await startFlagsWorld();
  environmentId = world.production.id;
});
afterAll(() => world.close());

const PERSON = '00000000-0000-4000-8000-000000000001';

test('an id is listed by itself or by another id of the same person', async () => {
  const { ctx } = world;
  const one = await createCohort(ctx, { name: 'one', isStatic: true });
  const two = await createCohort(ctx, { name: 'two', isStatic: true });
  const ids = [one.id, two.id];
  await ctx.db
    .insertInto('person')
    .values({
      environment_id: environmentId,
      id: PERSON,
      properties: '{}',
      is_identified: true,
      version: 0,
      created_at: new Date(0),
    })
    .execute();
  const rows = ['ada', 'ada-phone'].map((distinct_id) => ({
    environment_id: environmentId,
    distinct_id,
    person_id: PERSON,
    version: 0,
  }));
  await ctx.db.insertInto('person_distinct_id').values(rows).execute();
  const listIn = (cohortId: number, listed: string[]) =>
    insertMembers(ctx.db, { environmentId, cohortId }, listed, new Date(0));
  expect(await listIn(one.id, ['ada-phone', 'unseen'])).toBe(2);
  expect(await listIn(two.id, ['ada', 'ada-phone'])).toBe(2);
  expect(await listIn(two.id, ['ada'])).toBe(0);

  const asked = ['ada', 'ada-phone', 'unseen', 'nobody'];
  expect(await findListedIds(ctx.db, environmentId, asked, ids)).toEqual(
    new Map([
      ['ada', ids],
      ['ada-phone', ids],
      ['unseen', [one.id]],
    ]),
  );
  expect(await findListedIds(ctx.db, world.development.id, asked, ids)).toEqual(new Map());
  const people = await findListedPeople(ctx.db, environmentId, [PERSON], [one.id]);
  expect(people).toEqual(new Map([[PERSON, [one.id]]]));
  expect(await countMembers(ctx.db, environmentId, ids)).toEqual(
    new Map([
      [one.id, 2],
      [two.id, 1],
    ]),
  );
});
