// What people are told of the errors of an environment. Nothing, until somebody asks for it.
import type { Db } from '#platform/ctx';

export type AlertRules = {
  readonly newIssue: boolean;
  readonly regression: boolean;
  readonly spike: boolean;
  readonly version: number;
};

const NO_ALERTS: AlertRules = {
  newIssue: false,
  regression: false,
  spike: false,
  version: 0,
};

export async function findRules(db: Db, environmentId: number): Promise<AlertRules> {
  const row = await db
    .selectFrom('error_alert_rule')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  if (!row) return NO_ALERTS;
  const { regression, spike, version } = row;
  return { newIssue: row.new_issue, regression, spike, version };
}

/** Environments of which people want to hear of spikes. */
export async function listSpikeEnvironments(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('error_alert_rule')
    .select('environment_id')
    .where('spike', '=', true)
    .execute();
  return rows.map((row) => row.environment_id);
}

export async function saveRules(
  db: Db,
  environmentId: number,
  rules: AlertRules,
  at: Date,
): Promise<void> {
  const row = {
    new_issue: rules.newIssue,
    regression: rules.regression,
    spike: rules.spike,
    version: rules.version,
    updated_at: at,
  };
  await db
    .insertInto('error_alert_rule')
    .values({ environment_id: environmentId, ...row })
    .onConflict((conflict) => conflict.column('environment_id').doUpdateSet(row))
    .execute();
}
