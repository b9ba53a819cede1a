// What a project asks of every flag beside usable targeting: an owner, and payloads that fit their schema.
import { findMember, isFlagOwnerRequired } from '#accounts';
import { fail } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import type { Filters } from './flag.ts';
import { type FlagChange, type SharedFields, isWithdrawal } from './flag-change.ts';
import { environmentKeys } from './flag-list.store.ts';
import type { FlagRecord } from './flags.store.ts';
import { findMisfit } from './payload-schema.client.ts';
import { findSchemaProblem } from './payload-schema.ts';

/** So many misfits are named; people mend one after the other anyway. */
const MAX_NAMED = 5;

/**
 * Refuses a save of a flag without an owner where the project wants one, and an owner who is none of the
 * project's people. Taking a flag away from people is always allowed.
 * @throws required, invalid_input
 */
export async function refuseUnownedFlag(
  ctx: ProjectCtx,
  before: SharedFields | undefined,
  { ownerId }: SharedFields,
  change: FlagChange,
): Promise<void> {
  if (ownerId === null) {
    if (isWithdrawal(change) || !(await isFlagOwnerRequired(ctx, ctx.projectId))) return;
    fail('required', { attr: 'owner_id', detail: 'In this project every flag needs an owner.' });
  }
  if (ownerId === before?.ownerId || (await findMember(ctx, ctx.projectId, ownerId))) return;
  fail('invalid_input', { attr: 'owner_id', detail: 'The project has no such person.' });
}

/**
 * Refuses a schema that cannot be used, and payloads that do not fit it: those of `filters`, which are being
 * saved in the environment of the ctx, and those that other environments have already.
 * @throws invalid_input naming the payload and the place in it, or the place in the schema.
 */
export async function refuseUnfitPayloads(
  ctx: ProjectCtx,
  schema: JsonObject | null,
  filters: Filters | undefined,
  others: readonly FlagRecord[],
): Promise<void> {
  if (schema === null) return;
  const problem = findSchemaProblem(schema);
  if (problem) fail('invalid_input', problem);
  for (const [key, text] of Object.entries(filters?.payloads ?? {})) {
    const misfit = findMisfit(schema, text);
    if (misfit === undefined) continue;
    const detail = `The payload of "${key}" does not fit the schema: ${misfit}`;
    fail('invalid_input', { attr: `filters.payloads.${key}`, detail });
  }
  const misfits = others.flatMap(({ filters: { payloads }, environmentId }) =>
    Object.entries(payloads ?? {}).flatMap(([key, text]) => {
      const misfit = findMisfit(schema, text);
      return misfit === undefined ? [] : [{ environmentId, key, misfit }];
    }),
  );
  if (misfits.length === 0) return;
  const names = await environmentKeys(ctx.db, ctx.projectId);
  const list = misfits
    .slice(0, MAX_NAMED)
    .map(({ environmentId, key, misfit }) => `"${key}" in ${names.get(environmentId)} (${misfit})`);
  const more = misfits.length > MAX_NAMED ? ` and ${misfits.length - MAX_NAMED} more` : '';
  fail('invalid_input', {
    attr: 'payload_schema',
    detail: `Payloads that are there already do not fit: ${list.join(', ')}${more}.`,
  });
}
