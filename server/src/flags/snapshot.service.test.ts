import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventBus } from '#kernel/events';
import type { EnvironmentRef, ProjectCtx } from '#platform/ctx';
import { type FlagsWorld, startFlagsWorld, withSnapshots } from '#app/test-flags';
import { createFlag, updateFlag, writeFlagFilters } from './flags.service.ts';
import { openSnapshots } from './snapshot.service.ts';

let world: FlagsWorld;
let ctx: ProjectCtx;
let production: EnvironmentRef;
let development: EnvironmentRef;

beforeAll(async () => {
  world = await startFlagsWorld();
  ({ ctx, production, development } = world);
});

afterAll(async () => {
  await world.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };

test('a change of this process is in force once it has settled; a change of nothing new is not read', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const flag = await createFlag(ctx, { key: 'settles', filters: everyone });
    await snapshots.settled();
    const first = snapshots.get(production.id);
    expect(first.byKey.get('settles')).toMatchObject({ active: true, version: 1 });
    expect(snapshots.get(development.id).byKey.get('settles')).toMatchObject({ active: false });
    await updateFlag(ctx, String(flag.id), { active: false });
    await snapshots.settled();
    const second = snapshots.get(production.id);
    expect(second.byKey.get('settles')).toMatchObject({ active: false, version: 2 });
    expect(second.version).not.toBe(first.version);
    snapshots.recheck();
    await snapshots.settled();
    expect(snapshots.get(production.id)).toBe(second);
  });
});

test('many changes at once: the last one is never forgotten', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const flag = await createFlag(ctx, { key: 'busy', filters: everyone });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 5 }, (_, i) =>
          updateFlag(ctx, String(flag.id), { name: `round ${round} change ${i}` }),
        ),
      );
      await snapshots.settled();
      expect(snapshots.get(production.id).byKey.get('busy')?.version).toBe(1 + (round + 1) * 5);
    }
  });
});

test('another replica learns of a change when it is told to look', async () => {
  await withSnapshots(
    ctx,
    async (snapshots, events) => {
      await createFlag(ctx, { key: 'elsewhere', filters: everyone });
      expect(snapshots.get(production.id).byKey.has('elsewhere')).toBe(false);
      events.emit('flag.changed', { projectId: ctx.projectId, environmentId: null });
      await snapshots.settled();
      expect(snapshots.get(production.id).byKey.has('elsewhere')).toBe(true);
    },
    createEventBus(),
  );
});

test('with the database gone it serves what it knows, and is fresh again afterwards', async () => {
  const events = createEventBus();
  let isGone = false;
  const db = new Proxy(world.ctx.db, {
    get(target, name, receiver) {
      if (isGone) throw new Error('connection terminated');
      const value: unknown = Reflect.get(target, name, receiver);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const flag = await createFlag(ctx, { key: 'sturdy', filters: everyone });
  const snapshots = await openSnapshots({ ...ctx, db, events });
  isGone = true;
  await updateFlag(ctx, String(flag.id), { active: false });
  events.emit('flag.changed', { projectId: ctx.projectId, environmentId: null });
  await snapshots.settled();
  expect(snapshots.get(production.id).byKey.get('sturdy')).toMatchObject({ active: true });
  isGone = false;
  snapshots.recheck();
  await snapshots.settled();
  expect(snapshots.get(production.id).byKey.get('sturdy')).toMatchObject({ active: false });
  snapshots.close();
});

test('definitions: inactive ones too, archived ones not, dependencies by key with their order', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const base = await createFlag(ctx, { key: 'def-base', filters: everyone, active: false });
    const dependent = await createFlag(ctx, {
      key: 'def-dependent',
      name: 'Depends',
      filters: { groups: [{ properties: [{ key: 'def-base', type: 'flag', value: false }] }] },
    });
    const gone = await createFlag(ctx, { key: 'def-gone' });
    await updateFlag(ctx, String(gone.id), { archived: true });
    await world.ctx.db
      .insertInto('group_type')
      .values({ environment_id: production.id, group_type: 'company', type_index: 0 })
      .execute();
    snapshots.recheck();
    await snapshots.settled();
    const { groupTypes, ...snapshot } = snapshots.get(production.id);
    const { json, etag } = snapshot.definitions('current');
    const definitions = JSON.parse(json) as {
      flags: Record<string, unknown>[];
      group_type_mapping: object;
      cohorts: object;
    };
    expect(definitions.group_type_mapping).toEqual({ 0: 'company' });
    expect(definitions.cohorts).toEqual({});
    expect(groupTypes).toEqual(['company']);
    expect(definitions.flags.map(({ key }) => key)).not.toContain('def-gone');
    expect(definitions.flags.find(({ key }) => key === 'def-base')).toMatchObject({
      active: false,
    });
    expect(definitions.flags.find(({ key }) => key === 'def-dependent')).toEqual({
      id: dependent.id,
      team_id: ctx.projectId,
      name: 'Depends',
      key: 'def-dependent',
      filters: {
        groups: [
          {
            properties: [
              {
                key: 'def-base',
                type: 'flag',
                operator: 'flag_evaluates_to',
                value: false,
                label: 'def-base',
                dependency_chain: ['def-base'],
              },
            ],
          },
        ],
      },
      deleted: false,
      active: true,
      ensure_experience_continuity: false,
      version: 1,
      evaluation_runtime: 'all',
      bucketing_identifier: 'distinct_id',
      evaluation_contexts: [],
      has_experiment: false,
    });
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    await updateFlag(ctx, String(base.id), { active: true });
    await snapshots.settled();
    expect(snapshots.get(production.id).definitions('current').etag).not.toBe(etag);
  });
});

test('a rollout writes filters in its own transaction, at the version it has seen', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const flag = await createFlag(ctx, { key: 'rolled', filters: everyone });
    const write = {
      flagId: flag.id,
      environmentId: production.id,
      filters: { groups: [{ properties: [], rollout_percentage: 5 }] },
      action: 'widened',
      reason: 'stage 2',
      clearance: { kind: 'rollout' } as const,
    };
    const version = await writeFlagFilters(ctx, { ...write, expectedVersion: 1 });
    expect(version).toBe(2);
    await snapshots.settled();
    expect(snapshots.get(production.id).byKey.get('rolled')).toMatchObject({
      version: 2,
      filters: write.filters,
    });
    await expect(writeFlagFilters(ctx, { ...write, expectedVersion: 1 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await ctx.db
      .transaction()
      .execute(async (trx) => {
        await writeFlagFilters({ ...ctx, db: trx }, { ...write, active: false });
        throw new Error('the rollout could not be saved');
      })
      .catch(() => undefined);
    snapshots.recheck();
    await snapshots.settled();
    expect(snapshots.get(production.id).byKey.get('rolled')).toMatchObject({
      version: 2,
      active: true,
    });
  });
});

test('an unknown environment has no flags', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const { flags, definitions } = snapshots.get(987_654);
    expect(flags).toEqual([]);
    expect(JSON.parse(definitions('current').json)).toEqual({
      flags: [],
      group_type_mapping: {},
      cohorts: {},
    });
  });
});

test('listeners hear of a change when it is in force, and of flags that need the one that changed', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const base = await createFlag(ctx, { key: 'heard-base', filters: everyone });
    const needsBase = { key: 'heard-base', type: 'flag', value: true } as const;
    await createFlag(ctx, { key: 'heard', filters: { groups: [{ properties: [needsBase] }] } });
    await snapshots.settled();
    const heard: { keys: readonly string[]; isInForce: boolean; environmentId: number }[] = [];
    const stop = snapshots.onChange(({ changedKeys, current }) => {
      const { environmentId } = current;
      const isInForce = snapshots.get(environmentId) === current;
      heard.push({ keys: changedKeys, isInForce, environmentId });
    });
    await updateFlag(ctx, String(base.id), { filters: { groups: [{ rollout_percentage: 5 }] } });
    await snapshots.settled();
    expect(heard).toEqual([
      { keys: ['heard', 'heard-base'], isInForce: true, environmentId: production.id },
    ]);
    stop();
    await updateFlag(ctx, String(base.id), { filters: everyone });
    await snapshots.settled();
    expect(heard).toHaveLength(1);
  });
});
