// When merges are written into events, and by which statements. Pure.

/** What merges say, copied down when the squash began: the same place in each list is one id. */
export type Mapping = {
  readonly distinctIds: readonly string[];
  readonly personIds: readonly string[];
  readonly versions: readonly number[];
};

/** A table of the event store and which of its rows are meant. */
type Rows = { readonly table: string; readonly where: string };

/** How many ids merges speak of, in an environment, and what time it is there. */
type Pile = { readonly ids: number; readonly hour: number };

/** So many that questions notice. */
const MANY_IDS = 100_000;
/** From 2 to 5 in the morning fewest look at charts, and fewest events arrive. */
const NIGHT = { from: 2, to: 5 } as const;

/** Whether it is time: at night, or at once when very many have piled up. */
export function isDue({ ids, hour }: Pile): boolean {
  return ids >= MANY_IDS || (ids > 0 && hour >= NIGHT.from && hour < NIGHT.to);
}

/** Ids of one squash, so that a statement stays within a megabyte. */
export const MAX_IDS = 5_000;
const MAX_BYTES = 400_000;

/** As much of the mapping as one statement takes. */
export function withinBounds(mapping: Mapping): Mapping {
  let bytes = 0;
  const end = mapping.distinctIds.findIndex((id) => (bytes += id.length * 3) > MAX_BYTES);
  const count = Math.min(MAX_IDS, end < 0 ? mapping.distinctIds.length : Math.max(1, end));
  return {
    distinctIds: mapping.distinctIds.slice(0, count),
    personIds: mapping.personIds.slice(0, count),
    versions: mapping.versions.slice(0, count),
  };
}

/** Tables whose rows carry the person of an event. */
export const EVENT_TABLES = ['events', 'exception'] as const;

/** The events that still carry another person than merges say, and the change that gives them theirs. */
export function staleEvents(
  table: (typeof EVENT_TABLES)[number],
  environmentId: number,
  mapping: Mapping,
): Rows & { readonly set: string } {
  const person = `transform(distinct_id, ${ids(mapping)}, ${texts(mapping.personIds)}, toString(person_id))`;
  return {
    table,
    where: `${own(environmentId)} AND ${person} != toString(person_id)`,
    // Says first whose events change, so that what is counted of others still holds (pieces.query.ts).
    set: `person_id = if(${own(environmentId)}, toUUID(${person}), person_id)`,
  };
}

/** Rows about an id that a later one has outdone: gone before those, they cannot come to count again. */
export function outdoneMerges(environmentId: number, mapping: Mapping): Rows {
  return mergesWhere(environmentId, mapping, '<');
}

/** The rows that are written into events now. */
export function doneMerges(environmentId: number, mapping: Mapping): Rows {
  return mergesWhere(environmentId, mapping, '=');
}

function mergesWhere(environmentId: number, mapping: Mapping, comparison: '<' | '='): Rows {
  const versions = `[${mapping.versions.map((version) => `toUInt64(${Math.trunc(version)})`).join(',')}]`;
  const said = `transform(distinct_id, ${ids(mapping)}, ${versions}, toUInt64(0))`;
  return {
    table: 'person_overrides',
    where: `${own(environmentId)} AND version ${comparison} ${said}`,
  };
}

const own = (environmentId: number): string => `environment_id = ${Math.trunc(environmentId)}`;
const ids = (mapping: Mapping): string => texts(mapping.distinctIds);
const texts = (values: readonly string[]): string => `[${values.map(quoted).join(',')}]`;

/** A text as the engine's SQL writes it. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
