// What the web app suggests when a condition is written, in the environment of the ctx.
import type { ProjectCtx } from '#platform/ctx';
import {
  type CountedName,
  readGroupPropertyNames,
  readGroupValues,
  readPersonPropertyNames,
  readPersonValues,
} from './known-properties.query.ts';

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
