import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { UNPROTECTED, type Protection } from '#accounts/protection';
import { updateEnvironmentRow } from '#accounts';
import { type FlagsWorld, startFlagsWorld } from '#app/test-flags';
import { listEntries } from '#audit';
import type { ProjectCtx } from '#platform/ctx';
import type { FlagChange } from './flag-change.ts';
import { removeFlagOverrides, setFlagOverrides } from './flag-overrides.service.ts';
import { getFlag } from './flag-writes.service.ts';
import { createFlag, updateFlag, writeFlagFilters } from './flags.service.ts';

let world: FlagsWorld;
let production: ProjectCtx;
let development: ProjectCtx;

beforeAll(async () => {
  world = await startFlagsWorld();
  production = world.ctx;
  development = { ...world.ctx, environment: world.development };
});
afterAll(() => world.close());
beforeEach(async () => {
  await protect({});
});

const protect = (protection: Partial<Protection>): Promise<void> =>
  updateEnvironmentRow(world.ctx.db, world.production.id, {
    protection: { ...UNPROTECTED, ...protection },
  });

let made = 0;
/** Switched on for everyone in production, off in development. */
async function aFlag(): Promise<string> {
  made += 1;
  const filters = { groups: [{ properties: [], rollout_percentage: 100 }] };
  const { key } = await createFlag(production, { key: `flag-${made}`, filters });
  return key;
}

const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});

const CHANGES: readonly [string, FlagChange][] = [
  ['switch on', { active: true }],
  ['targeting', { filters: share(10) }],
  ['payload', { filters: { ...share(100), payloads: { true: 1 } } }],
  ['key', { key: 'renamed' }],
  ['bucketing', { bucketingIdentifier: 'device_id' }],
  ['runtime', { evaluationRuntime: 'server' }],
  ['switch off and more', { active: false, filters: share(0) }],
];

test.each(CHANGES)('%s needs approval where that is asked for', async (what, change) => {
  const key = await aFlag();
  if (what === 'switch on') await updateFlag(production, key, { active: false });
  await protect({ requiredApprovals: 1 });
  const before = await getFlag(production, key);
  await expect(updateFlag(production, key, change)).rejects.toMatchObject({
    code: 'approval_required',
    attr: 'environment',
  });
  expect(await getFlag(production, key)).toEqual(before);
  const after = await updateFlag(production, key, change, { kind: 'approved', approvals: 1 });
  expect(after.version).toBe(before.version + 1);
});

test('too few approvals are none', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 2 });
  const approved = (approvals: number) =>
    updateFlag(production, key, { filters: share(3) }, { kind: 'approved', approvals });
  await expect(approved(1)).rejects.toMatchObject({ code: 'approval_required' });
  expect((await approved(2)).filters).toMatchObject(share(3));
});

test('a reason is asked for by name, and enough where it is all that is asked', async () => {
  const key = await aFlag();
  await protect({ requireReason: true });
  for (const reason of [undefined, null, '', '  ']) {
    await expect(updateFlag(production, key, { filters: share(10), reason })).rejects.toMatchObject(
      { code: 'required', attr: 'reason' },
    );
  }
  const saved = await updateFlag(production, key, { filters: share(10), reason: 'ticket 7' });
  expect(saved.filters).toMatchObject(share(10));
});

test('words, tags and other environments stay free', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 1, requireReason: true });
  await updateFlag(production, key, { name: 'Words', tags: ['a'] });
  await updateFlag(development, key, { active: true, filters: share(50) });
  expect((await getFlag(production, key)).filters).toMatchObject(share(100));
});

test('what all environments share is asked about in each of them', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 1 });
  await expect(updateFlag(development, key, { key: 'elsewhere' })).rejects.toMatchObject({
    code: 'approval_required',
  });
});

test('off is always possible at once, and the history says that nobody approved', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 1, requireReason: true });
  const off = await updateFlag(production, key, { active: false });
  expect(off.active).toBe(false);
  const { projectId } = production;
  const filter = { projectId, resourceKind: 'flag', resourceId: String(off.id) };
  const { entries } = await listEntries(world.ctx, filter, { limit: 1, offset: 0 });
  expect(entries[0]?.changes).toContainEqual({
    field: 'without_approval',
    before: undefined,
    after: true,
  });
  await expect(updateFlag(production, key, { active: true })).rejects.toMatchObject({
    code: 'approval_required',
  });
});

test('a kill switch is switched on at once, and off with approval', async () => {
  made += 1;
  const key = `kill-${made}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 100 }] };
  await createFlag(production, { key, kind: 'kill_switch', active: false, filters });
  const ordinary = await aFlag();
  await protect({ requiredApprovals: 1 });
  expect((await updateFlag(production, key, { active: true })).active).toBe(true);
  await expect(updateFlag(production, key, { active: false })).rejects.toMatchObject({
    code: 'approval_required',
  });
  // Nor does a flag become one on the way.
  await expect(updateFlag(production, ordinary, { kind: 'kill_switch' })).rejects.toMatchObject({
    code: 'approval_required',
  });
});

test('archiving counts as switching off; what is off already may go', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 1, allowEmergencyOff: false });
  for (const ctx of [production, development]) {
    await expect(updateFlag(ctx, key, { archived: true })).rejects.toMatchObject({
      code: 'approval_required',
    });
  }
  await updateFlag(production, key, { active: false }, { kind: 'approved', approvals: 1 });
  expect((await updateFlag(development, key, { archived: true })).archived).toBe(true);
  expect((await updateFlag(development, key, { archived: false })).active).toBe(false);
});

test('a new flag starts off in a protected environment unless it is for nobody', async () => {
  await protect({ requiredApprovals: 1 });
  const quiet = await createFlag(production, { key: 'new-quiet', filters: share(100) });
  expect(quiet.active).toBe(false);
  const closed = await createFlag(production, { key: 'new-closed', active: true });
  expect(closed.active).toBe(true);
  const loud = createFlag(production, { key: 'new-loud', active: true, filters: share(100) });
  await expect(loud).rejects.toMatchObject({ code: 'approval_required' });
  await expect(getFlag(production, 'new-loud')).rejects.toMatchObject({ code: 'not_found' });
  const free = await createFlag(development, { key: 'new-free', filters: share(100) });
  expect(free.active).toBe(true);
});

test('a step of a rollout passes, another direct write of filters does not', async () => {
  const key = await aFlag();
  const { id } = await getFlag(production, key);
  await protect({ requiredApprovals: 1, requireReason: true });
  const write = {
    flagId: id,
    environmentId: world.production.id,
    filters: share(5),
    action: 'widened',
    reason: null,
  };
  await expect(
    writeFlagFilters(production, { ...write, clearance: { kind: 'direct' } }),
  ).rejects.toMatchObject({ code: 'approval_required' });
  expect(await writeFlagFilters(production, { ...write, clearance: { kind: 'rollout' } })).toBe(2);
});

test('an override needs no approval, but a reason, and says that it had none', async () => {
  const key = await aFlag();
  await protect({ requiredApprovals: 1 });
  const override = { distinctIds: ['ada'], value: false };
  const isRefused = { code: 'required', attr: 'reason' };
  await expect(setFlagOverrides(production, key, override)).rejects.toMatchObject(isRefused);
  const blank = { ...override, reason: ' ' };
  await expect(removeFlagOverrides(production, key, blank)).rejects.toMatchObject(isRefused);
  expect((await getFlag(production, key)).version).toBe(1);
  await setFlagOverrides(production, key, { ...override, reason: 'Ada tests it' });
  const { id } = await getFlag(production, key);
  const [entry] = (
    await listEntries(
      production,
      { projectId: production.projectId, resourceKind: 'flag', resourceId: String(id) },
      { limit: 1, offset: 0 },
    )
  ).entries;
  expect(entry).toMatchObject({ action: 'override_set', reason: 'Ada tests it' });
  expect(entry?.changes).toContainEqual({ field: 'without_approval', after: true });
  // Elsewhere nothing is asked for.
  await setFlagOverrides(development, key, override);
});
