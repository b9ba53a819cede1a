// Brings a PostgreSQL database to the schema of this code. Migrations are imported by name, never found by
// listing a folder, so that they are the same set however Serin is packaged.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { EngineError } from '#platform/supervise/engine-error';
import * as initial from './migrations/0001-initial.ts';
import * as cohorts from './migrations/0002-cohorts.ts';
import * as targeting from './migrations/0003-targeting.ts';
import * as changes from './migrations/0004-changes.ts';
import * as openfeature from './migrations/0005-openfeature.ts';
import * as operating from './migrations/0007-operating.ts';
import * as notify from './migrations/0009-notify.ts';
import * as insights from './migrations/0008-insights.ts';
import * as ingest from './migrations/0010-ingest.ts';
import * as delivery from './migrations/0006-delivery.ts';
import * as dashboards from './migrations/0011-dashboards.ts';
import * as intake from './migrations/0013-intake.ts';
import * as people from './migrations/0014-people.ts';
import * as definitions from './migrations/0015-definitions.ts';
import * as favourites from './migrations/0016-favourites.ts';
import * as cohortCalculations from './migrations/0012-cohort-calculations.ts';
import * as controller from './migrations/0017-controller.ts';
import * as experiments from './migrations/0019-experiments.ts';
import * as incidents from './migrations/0021-incidents.ts';
import * as rolloutBaselines from './migrations/0018-rollout-baselines.ts';
import * as rolloutTemplates from './migrations/0020-rollout-templates.ts';
import * as rolloutCounts from './migrations/0022-rollout-counts.ts';
import * as experimentWatch from './migrations/0023-experiment-watch.ts';
import * as metricSources from './migrations/0026-metric-sources.ts';
import * as signals from './migrations/0027-signals.ts';
import * as experimentAnswer from './migrations/0028-experiment-answer.ts';
import * as sessionReplay from './migrations/0033-session-replay.ts';
import * as recordingFilter from './migrations/0038-recording-filter.ts';
import * as incidentMessageKeys from './migrations/0039-incident-message-keys.ts';
import * as recordingPlace from './migrations/0040-recording-place.ts';
import * as metricOrder from './migrations/0041-metric-order.ts';
import * as unseenArms from './migrations/0042-unseen-arms.ts';
import * as deletedRecordings from './migrations/0043-deleted-recordings.ts';
import * as rageClickUnits from './migrations/0030-rage-click-units.ts';
import * as rolloutSums from './migrations/0031-rollout-sums.ts';
import * as incidentMessages from './migrations/0032-incident-messages.ts';
import * as errors from './migrations/0034-errors.ts';
import * as signalSecrets from './migrations/0035-signal-secrets.ts';
import * as experimentLinks from './migrations/0036-experiment-links.ts';
import * as sourceMaps from './migrations/0037-source-maps.ts';
import type { Database } from './schema.ts';

const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-cohorts': cohorts,
  '0003-targeting': targeting,
  '0004-changes': changes,
  '0005-openfeature': openfeature,
  '0007-operating': operating,
  '0009-notify': notify,
  '0008-insights': insights,
  '0006-delivery': delivery,
  '0010-ingest': ingest,
  '0011-dashboards': dashboards,
  '0013-intake': intake,
  '0014-people': people,
  '0015-definitions': definitions,
  '0016-favourites': favourites,
  '0012-cohort-calculations': cohortCalculations,
  '0017-controller': controller,
  '0019-experiments': experiments,
  '0021-incidents': incidents,
  '0018-rollout-baselines': rolloutBaselines,
  '0020-rollout-templates': rolloutTemplates,
  '0022-rollout-counts': rolloutCounts,
  '0023-experiment-watch': experimentWatch,
  '0026-metric-sources': metricSources,
  '0027-signals': signals,
  '0028-experiment-answer': experimentAnswer,
  '0030-rage-click-units': rageClickUnits,
  '0031-rollout-sums': rolloutSums,
  '0032-incident-messages': incidentMessages,
  '0033-session-replay': sessionReplay,
  '0034-errors': errors,
  '0035-signal-secrets': signalSecrets,
  '0036-experiment-links': experimentLinks,
  '0037-source-maps': sourceMaps,
  '0038-recording-filter': recordingFilter,
  '0039-incident-message-keys': incidentMessageKeys,
  '0040-recording-place': recordingPlace,
  '0041-metric-order': metricOrder,
  '0042-unseen-arms': unseenArms,
  '0043-deleted-recordings': deletedRecordings,
};

/** `server_version_num` of PostgreSQL 15, the oldest version that is tested. */
const OLDEST_VERSION_NUM = 150_000;

/**
 * Applies what is missing, under a lock that makes other replicas wait.
 * @throws EngineError when the server is too old or its schema is newer than this code.
 */
export async function migratePostgres(db: Kysely<Database>): Promise<void> {
  await checkVersion(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  });
  await refuseNewer(db);
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'set-up';
  throw new EngineError(`The PostgreSQL migration ${failed} failed: ${messageOf(error)}`, {
    cause: error,
  });
}

async function checkVersion(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ num: string; version: string }>`
    select current_setting('server_version_num') as num, current_setting('server_version') as version
  `.execute(db);
  const [row] = rows;
  if (row && Number(row.num) >= OLDEST_VERSION_NUM) return;
  throw new EngineError(`DATABASE_URL is PostgreSQL ${row?.version}; Serin needs 15 or newer.`);
}

async function refuseNewer(db: Kysely<Database>): Promise<void> {
  const { rows: tables } = await sql<{ found: boolean }>`
    select to_regclass('schema_migration') is not null as found
  `.execute(db);
  if (tables[0]?.found !== true) return;
  const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(db);
  const unknown = rows.map((row) => row.name).filter((name) => !(name in MIGRATIONS));
  if (unknown.length === 0) return;
  throw new EngineError(
    `The PostgreSQL database was used by a newer Serin (${unknown.join(', ')}). ` +
      'Start that version, or restore a backup from before the upgrade.',
  );
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
