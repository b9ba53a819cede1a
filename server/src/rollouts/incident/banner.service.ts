// The banner of an incident: the payload of a companion flag that is on for the people affected, so that clients
// read it with the SDK that they have. Shown once it is known who they are, taken away with the acknowledgement.
import { createListed } from '#cohorts';
import { findFlag, findFlagNamed, writeFlagFilters } from '#flags';
import { listAffected } from '#metrics';
import { type Ctx, inTransaction, type ProjectCtx } from '#platform/ctx';
import { environmentRef, type Rollout } from '../kept/rollouts.store.ts';
import { questionOf } from './affected.service.ts';
import { findIncident, type Incident, saveBanner } from './incident.store.ts';
import { suggestMessages } from './messages.ts';
import { reportOf } from './report.service.ts';

/** As many as a banner is shown to. */
const MOST_PEOPLE = 100_000;
const REASON = 'Banner for the people affected by a rollback';

/** Shows the banner that the plan asks for, unless it has been shown or the incident is over. */
export async function showBanner(
  ctx: Ctx,
  incident: Incident,
  rollout: Rollout,
  signal: AbortSignal,
): Promise<void> {
  const wanted = rollout.wire.policy.banner;
  const isDue = incident.kind === 'rollback' && incident.closedAt === null;
  if (wanted === null || !isDue || incident.banner !== null) return;
  const environment = await environmentRef(ctx.db, incident.environmentId);
  const here: ProjectCtx = { ...ctx, projectId: incident.projectId, environment };
  const { guardrails: _guardrails, ...question } = await questionOf(ctx, { incident, rollout });
  const page = { limit: MOST_PEOPLE, offset: 0 };
  const people = await listAffected(ctx.clickhouse, { ...question, incidences: [] }, page, signal);
  if (people.length === 0) return;
  const ids = people.map(({ distinctId }) => distinctId);
  await inTransaction(here, async (tx) => {
    const current = await findIncident(tx.db, incident.id, { isLocked: true });
    const flag = await findFlagNamed(tx, wanted.flag_key);
    if (current?.closedAt !== null || !flag || flag.archived || flag.deleted) return;
    const cohort = await createListed(tx, cohortOf(incident), ids);
    const report = await reportOf(tx, current, rollout, undefined);
    const text = wanted.text ?? suggestMessages(report).banner;
    await writeFlagFilters(tx, {
      flagId: flag.id,
      environmentId: environment.id,
      filters: {
        groups: [
          {
            properties: [{ key: 'id', type: 'cohort', value: cohort.id, operator: 'in' }],
            rollout_percentage: 100,
          },
        ],
        payloads: { true: JSON.stringify({ text, incident_id: incident.id }) },
      },
      active: true,
      action: 'banner_shown',
      reason: REASON,
      clearance: { kind: 'rollout' },
    });
    const setAtMs = tx.clock.now();
    await saveBanner(tx.db, incident.id, {
      flagKey: flag.key,
      flagId: flag.id,
      setAtMs,
      clearedAtMs: null,
    });
  });
}

const cohortOf = ({ flagKey, openedAt }: Incident) => ({
  name: `Banner: ${flagKey}, ${openedAt.toISOString().slice(0, 16).replace('T', ' ')}`,
  description: 'People who see the banner of an incident.',
});

/** Takes the banner away, in the transaction that ends the incident; a flag that is gone shows nothing anyway. */
export async function clearBanner(ctx: Ctx, incident: Incident): Promise<void> {
  const { banner, environmentId } = incident;
  if (banner === null || banner.clearedAtMs !== null) return;
  const flag = await findFlag(ctx, banner.flagId, environmentId);
  if (flag?.active && !flag.archived && !flag.deleted) {
    await writeFlagFilters(ctx, {
      flagId: flag.id,
      environmentId,
      filters: flag.filters,
      active: false,
      action: 'banner_cleared',
      reason: 'The incident is over.',
      clearance: { kind: 'rollout' },
    });
  }
  await saveBanner(ctx.db, incident.id, { ...banner, clearedAtMs: ctx.clock.now() });
}
