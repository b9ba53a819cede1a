// What the snapshots in memory are read from: the live flags of environments, their group types and the
// cohorts of their project. Only what has changed is read, by the numbers of `#platform/postgres/change-seq`.
import { sql } from 'kysely';
import { readCohorts } from '#cohorts';
import type { CohortDefinition } from '#cohorts/cohort';
import type { Db } from '#platform/ctx';
import type { FlagDefinition, FlagOverride } from './flag.ts';
import { HAS_EXPERIMENT, toDefinition } from './flag-record.store.ts';

/** An environment as the store has it now. */
export type EnvironmentState = {
  readonly environmentId: number;
  readonly projectId: number;
  /** Number of the project's last change. */
  readonly readSeq: number;
  /** Number of the last change of what this environment's flags are made of. */
  readonly seq: number;
  /** Names by index; holes where an index is not taken. */
  readonly groupTypes: readonly (string | undefined)[];
  /** All cohorts of the project; undefined when none of them changed. */
  readonly cohorts: readonly CohortDefinition[] | undefined;
  /** Its flags are all here, not only those that changed. */
  readonly isWhole: boolean;
};

/** A flag that is new or different; without definition when it is archived or deleted. */
export type FlagState = {
  readonly environmentId: number;
  readonly flagId: number;
  readonly definition: FlagDefinition | undefined;
};

export type StoreChanges = {
  /** Every environment, changed or not. */
  readonly environments: readonly EnvironmentState[];
  readonly flags: readonly FlagState[];
  /** Only when asked for. */
  readonly counts: readonly FlagCount[];
};

/** What an environment's live flags add up to. */
type FlagCount = {
  readonly environmentId: number;
  readonly flags: number;
  readonly versions: number;
};

/**
 * Reads every environment, and the flags that changed after the number up to which each is known. One that is
 * not in `knownSeqs`, or is known up to more than there is (a restored database), is read as a whole.
 */
export async function readChanges(
  db: Db,
  knownSeqs: ReadonlyMap<number, number>,
  options: { readonly withCounts: boolean },
): Promise<StoreChanges> {
  return inOneView(db, async (trx) => {
    const environments = (await listEnvironments(trx)).map((state) => {
      const known = knownSeqs.get(state.environmentId) ?? NOTHING;
      return { ...state, known: known > state.readSeq ? NOTHING : known };
    });
    const behind = environments.filter(({ known, readSeq }) => known < readSeq);
    const changed = behind.filter(({ known, cohortSeq }) => known < cohortSeq);
    const cohorts = await readCohorts(trx, [...new Set(changed.map((state) => state.projectId))]);
    return {
      environments: environments.map(({ known, cohortSeq, ...state }) => ({
        ...state,
        cohorts: known < cohortSeq ? (cohorts.get(state.projectId) ?? []) : undefined,
        isWhole: known === NOTHING,
      })),
      flags: await listFlags(
        trx,
        behind.filter(({ known, seq }) => known < seq),
      ),
      counts: options.withCounts ? await countFlags(trx) : [],
    };
  });
}

/** Known up to this: nothing. */
const NOTHING = -1;

type Behind = { readonly environmentId: number; readonly known: number };

function inOneView<T>(db: Db, read: (trx: Db) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(read);
}

/** One row per environment; each subquery is one look into an index. */
async function listEnvironments(
  db: Db,
): Promise<(Omit<EnvironmentState, 'cohorts' | 'isWhole'> & { readonly cohortSeq: number })[]> {
  const { rows } = await sql<{
    id: number;
    project_id: number;
    change_seq: string;
    seq: string;
    cohort_seq: string;
    group_types: Record<string, string>;
  }>`
    select environment.id, environment.project_id, project.change_seq,
      coalesce((select max(changed_seq) from flag_environment
        where environment_id = environment.id), 0) as seq,
      coalesce((select max(changed_seq) from cohort
        where project_id = environment.project_id), 0) as cohort_seq,
      coalesce((select jsonb_object_agg(type_index, group_type) from group_type
        where environment_id = environment.id), '{}') as group_types
    from environment
    join project on project.id = environment.project_id
    where environment.deleted_at is null`.execute(db);
  return rows.map((row) => ({
    environmentId: row.id,
    projectId: row.project_id,
    readSeq: Number(row.change_seq),
    seq: Math.max(Number(row.seq), Number(row.cohort_seq)),
    cohortSeq: Number(row.cohort_seq),
    groupTypes: listByIndex(row.group_types),
  }));
}

function listByIndex(byIndex: Readonly<Record<string, string>>): (string | undefined)[] {
  const list: (string | undefined)[] = [];
  for (const [index, name] of Object.entries(byIndex)) list[Number(index)] = name;
  return list;
}

/** One row per flag and environment; of whole environments only flags that are neither archived nor deleted. */
async function listFlags(db: Db, behind: readonly Behind[]): Promise<FlagState[]> {
  if (behind.length === 0) return [];
  const changed = behind.filter(({ known }) => known !== NOTHING);
  const whole = behind.filter(({ known }) => known === NOTHING).map((one) => one.environmentId);
  const live = sql<boolean>`not (flag.deleted or flag.archived)`;
  const rows = await db
    .selectFrom('flag_environment as env')
    .innerJoin('flag', 'flag.id', 'env.flag_id')
    .selectAll('flag')
    .select(['env.environment_id', 'env.active', 'env.filters', 'env.version'])
    .select(HAS_EXPERIMENT.as('has_experiment'))
    // Spelled out, not joined to a list: so PostgreSQL sees how few rows are meant, and looks into the index.
    .where(({ or, and, eb }) =>
      or([
        ...(whole.length === 0 ? [] : [and([eb('env.environment_id', 'in', whole), live])]),
        ...changed.map(({ environmentId, known }) =>
          and([
            eb('env.environment_id', '=', environmentId),
            eb('env.changed_seq', '>', String(known)),
          ]),
        ),
      ]),
    )
    .execute();
  const overrides = await listOverrides(db, rows);
  return rows.map((row) => {
    const own = overrides.get(placeOf(row.environment_id, row.id));
    const isRetired = row.deleted || row.archived;
    return {
      environmentId: row.environment_id,
      flagId: row.id,
      definition: isRetired ? undefined : { ...toDefinition(row), ...(own && { overrides: own }) },
    };
  });
}

const placeOf = (environmentId: number, flagId: number): string => `${environmentId}:${flagId}`;

/** Of these flags, by place; ordered by id, so that equal overrides give equal definitions. */
async function listOverrides(
  db: Db,
  flags: readonly { readonly environment_id: number; readonly id: number }[],
): Promise<Map<string, FlagOverride[]>> {
  const rows = await db
    .selectFrom('flag_override')
    .select(['environment_id', 'flag_id', 'distinct_id', 'value'])
    .where(
      sql<boolean>`(environment_id, flag_id) in (select * from unnest(
        ${flags.map((flag) => flag.environment_id)}::integer[],
        ${flags.map(({ id }) => id)}::integer[]))`,
    )
    .orderBy('distinct_id')
    .execute();
  const overrides = new Map<string, FlagOverride[]>();
  for (const row of rows) {
    const place = placeOf(row.environment_id, row.flag_id);
    const list = overrides.get(place) ?? [];
    overrides.set(place, list);
    list.push({ distinctId: row.distinct_id, value: row.value });
  }
  return overrides;
}

/** One row per environment. */
async function countFlags(db: Db): Promise<FlagCount[]> {
  const rows = await db
    .selectFrom('flag_environment as env')
    .innerJoin('flag', 'flag.id', 'env.flag_id')
    .select(({ fn }) => [
      'env.environment_id',
      fn.countAll<string>().as('flags'),
      fn.sum<string>('env.version').as('versions'),
    ])
    .where('flag.deleted', '=', false)
    .where('flag.archived', '=', false)
    .groupBy('env.environment_id')
    .execute();
  return rows.map((row) => ({
    environmentId: row.environment_id,
    flags: Number(row.flags),
    versions: Number(row.versions),
  }));
}
