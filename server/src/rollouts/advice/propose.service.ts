// The plan that a template makes for one flag: stages filled in from the account of whoever asks, guardrails whose
// events this project has seen.
import { findMember } from '#accounts';
import { readCohorts } from '#cohorts';
import { cohortsByEvents } from '#cohorts/cohort';
import { findGroupTypes } from '#identity';
import { countOutcomes } from '#metrics';
import type { FlagRecord } from '#flags';
import { type ProjectCtx, userIdOf } from '#platform/ctx';
import { countedBy, RECENT_MS, unanswered } from '../plan/baseline.service.ts';
import { flagOf } from '../plan/draft.service.ts';
import { PERSON, planOf, PlanWire } from '../plan/plan.contract.ts';
import { getTemplate, type Template } from './templates.service.ts';
import type { BuiltIn, ChangeKind, LeftOut, Someone } from './templates.ts';
import { chooseGuardrails, seriesOf, usualGuardrails } from './usual-guardrails.ts';

export type Wish = {
  readonly flagKey: string;
  readonly change: ChangeKind;
  /** The event that means success. */
  readonly conversionEvent: string | null;
};

export type Proposal = { readonly plan: PlanWire; readonly leftOut: readonly LeftOut[] };

const PATIENCE_MS = 20_000;

/** @throws not_found; invalid_input when there is no such flag; unavailable when the event store does not answer */
export async function proposePlan(
  ctx: ProjectCtx,
  templateId: string,
  wish: Wish,
): Promise<Proposal> {
  const template = await getTemplate(ctx, templateId);
  const flag = await flagOf(ctx, { flag_key: wish.flagKey });
  return 'stages' in template
    ? proposeBuiltIn(ctx, template, flag, wish)
    : proposeSaved(ctx, template, flag);
}

async function proposeBuiltIn(
  ctx: ProjectCtx,
  template: BuiltIn,
  flag: FlagRecord,
  wish: Wish,
): Promise<Proposal> {
  const shared = await sharedBy(ctx, flag);
  const isOfPeople = shared.unit === PERSON;
  const someone = isOfPeople ? await someoneOf(ctx) : NOBODY;
  const { stages, leftOut: without } = template.stages(someone, wish.change);
  const leftOut = isOfPeople ? without : without.map((one) => ofGroups(one, shared.unit));
  const usual = usualGuardrails(wish.conversionEvent);
  const chosen = chooseGuardrails(usual, await countRecent(ctx, seriesOf(usual)));
  // A plan has to guard something: errors, which may not have happened yet.
  const unseen = { id: 'errors', kind: 'exception_users', allow_no_baseline: true } as const;
  const guardrails = chosen.guardrails.length > 0 ? chosen.guardrails : [unseen];
  return {
    // What a new schema writes is lost on the way back, unless its makers know better.
    plan: PlanWire.parse({
      ...shared,
      stages,
      guardrails,
      rollback_impact: wish.change === 'schema' ? 'C' : 'A',
    }),
    leftOut: [...leftOut, ...chosen.leftOut],
  };
}

/** Of a saved template, guardrails whose events have not been seen lately are left out, unless they need none. */
async function proposeSaved(
  ctx: ProjectCtx,
  { plan }: Template,
  flag: FlagRecord,
): Promise<Proposal> {
  const wire = PlanWire.parse({ ...plan, ...(await sharedBy(ctx, flag)) });
  const counted = planOf(wire).guardrails.map((one) => countedBy(one).map(({ series }) => series));
  const counts = await countRecent(ctx, counted.flat());
  const isSeen = counted.map((series, index) => {
    const from = counted.slice(0, index).flat().length;
    const seen = counts.slice(from, from + series.length);
    return wire.guardrails[index]?.allow_no_baseline === true || seen.every((count) => count > 0);
  });
  const guardrails = wire.guardrails.filter((_, index) => isSeen[index]);
  const leftOut = wire.guardrails.flatMap((guardrail, index): LeftOut[] => {
    if (isSeen[index]) return [];
    const names = [...new Set((counted[index] ?? []).map(({ event }) => event))].join(' and ');
    return [
      {
        kind: 'guardrail',
        name: guardrail.id,
        reason: `No ${names} has arrived in the last seven days.`,
        how: `Send ${names}, or allow this guardrail to start without a baseline.`,
      },
    ];
  });
  // Without any guardrail it would be no plan; then all of them stay, for people to decide.
  return guardrails.length > 0
    ? { plan: { ...wire, guardrails }, leftOut }
    : { plan: wire, leftOut: [] };
}

const NOBODY: Someone = { email: null, beta: null };

/** Stages of named people are none of a flag that is given to groups. */
function ofGroups(one: LeftOut, unit: string): LeftOut {
  if (one.kind !== 'stage') return one;
  return {
    ...one,
    reason: `The flag is given to groups of the type ${unit}, not to people.`,
    how: `Add a stage that names some of them by their properties.`,
  };
}

/** The flag, who gets it, and the variant that is usually the new one: the first that is not called control. */
async function sharedBy(ctx: ProjectCtx, flag: FlagRecord) {
  const keys = (flag.filters.multivariate?.variants ?? []).map(({ key }) => key);
  const treatment = keys.find((key) => key !== 'control') ?? keys[0] ?? null;
  const control = treatment !== 'control' && keys.includes('control') ? 'control' : null;
  const index = flag.filters.aggregation_group_type_index ?? null;
  const types = index === null ? [] : [...(await findGroupTypes(ctx.db, ctx.environment.id))];
  const unit = types.find(([, known]) => known === index)?.[0] ?? PERSON;
  return { flag_key: flag.key, environment: ctx.environment.key, treatment, control, unit };
}

export async function someoneOf(ctx: ProjectCtx): Promise<Someone> {
  const id = userIdOf(ctx);
  const member = id === null ? undefined : await findMember(ctx, ctx.projectId, id);
  const cohorts = (await readCohorts(ctx.db, [ctx.projectId])).get(ctx.projectId) ?? [];
  // Flags take no cohorts by events.
  const byEvents = cohortsByEvents(new Map(cohorts.map((cohort) => [cohort.id, cohort])));
  const beta = cohorts.find(({ id: one, name }) => /\bbeta\b/i.test(name) && !byEvents.has(one));
  return {
    email: member?.email ?? null,
    beta: beta ? { id: beta.id, name: beta.name } : null,
  };
}

async function countRecent(ctx: ProjectCtx, outcomes: ReturnType<typeof seriesOf>) {
  if (outcomes.length === 0) return [];
  const toMs = ctx.clock.now();
  const fromMs = toMs - RECENT_MS;
  const question = { environmentId: ctx.environment.id, fromMs, toMs, outcomes };
  return countOutcomes(ctx.clickhouse, question, AbortSignal.timeout(PATIENCE_MS)).catch(
    unanswered,
  );
}
