// Puts the report of an incident together from what is stored: decisions, looks, changes of the flag, messages.
import { listEntries } from '#audit';
import { fail } from '#kernel/errors';
import { listTold } from '#notify';
import type { ProjectCtx } from '#platform/ctx';
import { unitsOf } from '../plan/plan.ts';
import { describeCounts } from '../gate/words.ts';
import { type Evaluation, findEvaluation } from '../kept/history.store.ts';
import { findRollout, listPlans, type Rollout } from '../kept/rollouts.store.ts';
import { findLastStart, listEventsBetween, listLooks } from '../kept/stretch.store.ts';
import { getIncident } from './incident.service.ts';
import { type Incident, type IncidentFilter, listIncidents } from './incident.store.ts';
import { listMessages } from './message.store.ts';
import { suggestMessages } from './messages.ts';
import { postMortemTemplate, reportMarkdown } from './post-mortem.ts';
import { type IncidentReport, type LookPoint, timelineOf } from './report.ts';
import { findText, listTexts, type SavedText } from './text.store.ts';

export type { Incident } from './incident.store.ts';
export type { SavedText } from './text.store.ts';

/** Points of a chart. */
const POINTS = 120;
/** Lines of one kind that a time line shows. */
const LINES = 200;

export type IncidentDetail = {
  readonly incident: Incident;
  readonly rollout: Rollout;
  readonly report: IncidentReport;
  /** The look that decided. */
  readonly look: Evaluation | null;
  readonly looks: readonly LookPoint[];
  /** Version 0: nobody has written yet, and this is what they find. */
  readonly postMortem: Omit<SavedText, 'savedBy' | 'savedAt'> &
    Partial<Pick<SavedText, 'savedBy' | 'savedAt'>>;
};

/** A page of the environment's incidents, newest first, with the stages of their rollouts. */
export async function listEnvironmentIncidents(
  ctx: ProjectCtx,
  query: {
    readonly rollout_id?: string | undefined;
    readonly open?: boolean | undefined;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ count: number; incidents: (Incident & Pick<Rollout['plan'], 'stages'>)[] }> {
  const filter: IncidentFilter = {
    environmentId: ctx.environment.id,
    rolloutId: query.rollout_id,
    isOpen: query.open,
  };
  const { count, incidents } = await listIncidents(ctx.db, filter, query);
  const plans = await listPlans(
    ctx.db,
    incidents.map(({ rolloutId }) => rolloutId),
  );
  return {
    count,
    incidents: incidents.map((one) => ({
      ...one,
      stages: plans.get(one.rolloutId)?.stages ?? [],
    })),
  };
}

/** Versions that are listed. */
const VERSIONS = 100;

/** @throws not_found */
export async function listPostMortems(ctx: ProjectCtx, id: string) {
  await getIncident(ctx, id);
  return listTexts(ctx.db, id, VERSIONS);
}

/** @throws not_found */
export async function getPostMortem(
  ctx: ProjectCtx,
  id: string,
  version: number,
): Promise<SavedText> {
  await getIncident(ctx, id);
  const text = await findText(ctx.db, id, version);
  return text ?? fail('not_found', { detail: 'The post-mortem has no such version any more.' });
}

/** The whole report as Markdown, and a name for the file. @throws not_found */
export async function markdownOf(
  ctx: ProjectCtx,
  id: string,
): Promise<{ name: string; text: string }> {
  const { report, postMortem } = await describeIncident(ctx, id);
  const day = new Date(report.openedAtMs).toISOString().slice(0, 10);
  const name = `${day}-${report.flagKey.replaceAll(/[^a-zA-Z0-9_-]/g, '-').slice(0, 80)}.md`;
  return { name, text: reportMarkdown(report, postMortem.body, suggestMessages(report)) };
}

/** @throws not_found */
export async function describeIncident(ctx: ProjectCtx, id: string): Promise<IncidentDetail> {
  const incident = await getIncident(ctx, id);
  const rollout = await findRollout(ctx.db, incident.rolloutId);
  if (!rollout) return fail('not_found', { detail: 'The rollout of the incident is gone.' });
  const { evaluationId, stageIndex, attempt } = incident;
  const run = { rolloutId: rollout.id, stageIndex, attempt };
  const look =
    evaluationId === null ? undefined : await findEvaluation(ctx.db, rollout.id, evaluationId);
  const report = await reportOf(ctx, incident, rollout, look);
  const text = await findText(ctx.db, id);
  return {
    incident,
    rollout,
    report,
    look: look ?? null,
    looks: (await listLooks(ctx.db, run, POINTS)).map(toPoint),
    postMortem: text ?? { version: 0, body: postMortemTemplate(report) },
  };
}

function toPoint({ at, verdict }: Awaited<ReturnType<typeof listLooks>>[number]): LookPoint {
  return {
    atMs: at.getTime(),
    verdict: verdict.level,
    lnECombined: verdict.lnECombined,
    guardrails: verdict.assessments.map(({ id, treatment, control, lnE }) => ({
      id,
      treatment: treatment.value,
      control: control.value,
      lnE,
    })),
  };
}

/** What is known of an incident. @param look the one that decided */
export async function reportOf(
  ctx: ProjectCtx,
  incident: Incident,
  rollout: Rollout,
  look: Evaluation | undefined,
): Promise<IncidentReport> {
  const { plan } = rollout;
  const numbers = plan.guardrails.flatMap((guardrail) => {
    const one = look?.verdict.assessments.find(({ id }) => id === guardrail.id);
    return one ? [describeCounts(guardrail, one, unitsOf(plan))] : [];
  });
  return {
    id: incident.id,
    kind: incident.kind,
    flagKey: incident.flagKey,
    environment: ctx.environment,
    rolloutId: rollout.id,
    plan,
    stageIndex: incident.stageIndex,
    openedAtMs: incident.openedAt.getTime(),
    flagOffAtMs: incident.flagOffAt?.getTime() ?? null,
    closedAtMs: incident.closedAt?.getTime() ?? null,
    closing: incident.closing,
    closedBy: incident.closedBy,
    culprits: incident.culprits,
    reasons: incident.reasons,
    numbers,
    evidence: incident.evidence,
    timeline: await timeline(ctx, incident, rollout),
    actionItems: incident.actionItems,
    banner: incident.banner,
  };
}

async function timeline(ctx: ProjectCtx, incident: Incident, rollout: Rollout) {
  const { projectId, environmentId } = incident;
  const from = (await findLastStart(ctx.db, rollout.id, incident.openedAt)) ?? incident.openedAt;
  const to = incident.closedAt ?? new Date(ctx.clock.now());
  const filter = {
    projectId,
    environmentId,
    resourceKind: 'flag',
    resourceId: String(incident.flagId),
    fromMs: from.getTime(),
    toMs: to.getTime(),
  };
  const { entries } = await listEntries(ctx, filter, { limit: LINES, offset: 0 });
  return timelineOf({
    stages: rollout.plan.stages,
    events: await listEventsBetween(ctx.db, rollout.id, { from, to, limit: LINES }),
    flagChanges: entries.map(({ at, action, actor }) => ({ at, action, by: actor.label })),
    told: await listTold(ctx.db, {
      projectId,
      subject: `rollout:${rollout.id}`,
      from,
      to,
      limit: LINES,
    }),
    messages: await listMessages(ctx.db, incident.id, LINES),
    evidence: incident.evidence,
    culprits: incident.culprits,
  });
}
