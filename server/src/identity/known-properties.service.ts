// What the web app suggests when a condition is written, in the environment of the ctx.
import type { ProjectCtx } from '#platform/ctx';
import { findGroupTypes } from './group.store.ts';
import {
  type CountedName,
  readGroupPropertyNames,
  readGroupValues,
  readPersonPropertyNames,
  readPersonValues,
} from './known-properties.query.ts';

/** Group types with their indexes, by index. */
export async function listGroupTypes(
  ctx: ProjectCtx,
): Promise<{ readonly name: string; readonly index: number }[]> {
  const types = await findGroupTypes(ctx.db, ctx.environment.id);
  return [...types].map(([name, index]) => ({ name, index })).toSorted((a, b) => a.index - b.index);
}

export function listPersonProperties(ctx: ProjectCtx): Promise<CountedName[]> {
  return readPersonPropertyNames(ctx.db, ctx.environment.id);
}

export function listGroupProperties(ctx: ProjectCtx): Promise<ReadonlyMap<number, CountedName[]>> {
  return readGroupPropertyNames(ctx.db, ctx.environment.id);
}

/** The values of a property that contain `part`; of people, or of the groups of a type. */
export function listValues(
  ctx: ProjectCtx,
  property: { readonly key: string; readonly groupTypeIndex?: number },
  part: string,
): Promise<CountedName[]> {
  const environmentId = ctx.environment.id;
  const { key, groupTypeIndex: typeIndex } = property;
  return typeIndex === undefined
    ? readPersonValues(ctx.db, environmentId, key, part)
    : readGroupValues(ctx.db, { environmentId, typeIndex }, key, part);
}
