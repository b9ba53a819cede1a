// Who had the change of an incident: their number, their list, and the sessions that show what happened to them.
import { countOptedIn } from '#identity';
import {
  type AffectedQuestion,
  type AffectedSession,
  countActive,
  countAffected,
  findSessions,
  findSessionsWithout,
  incidenceOf,
  listAffected,
} from '#metrics';
import { canRollBack, type Guardrail } from '#metrics/guardrail';
import type { Ctx } from '#platform/ctx';
import { findPlayable } from '#replay';
import { findLastStart } from '../kept/stretch.store.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { chooseExamples } from './examples.ts';
import type { GuardrailHurt, IncidentEvidence } from './incident.ts';
import type { Incident } from './incident.store.ts';

/** Sessions that are looked at per guardrail and arm, of which the examples are chosen. */
const SESSIONS = 100;
/** Who opted in is looked up for this many of the people affected… */
const MOST_LOOKED_UP = 100_000;
/** …so many at a time. */
const BATCH = 5_000;

export type Place = { readonly incident: Incident; readonly rollout: Rollout };

/** The question whose answers an incident is about: from the start of the rollout until clients knew better. */
export async function questionOf(
  ctx: Ctx,
  { incident, rollout }: Place,
): Promise<AffectedQuestion & { readonly guardrails: readonly Guardrail[] }> {
  const { plan, environmentId } = rollout;
  const started = await findLastStart(ctx.db, rollout.id, incident.openedAt);
  const nowMs = ctx.clock.now();
  const endedAt = incident.flagOffAt ?? incident.closedAt;
  const lastMs = endedAt === null ? nowMs : endedAt.getTime() + plan.policy.settleMs;
  return {
    environmentId,
    flagKey: plan.flagKey,
    treatmentValue: plan.treatment ?? 'true',
    fromMs: (started ?? incident.openedAt).getTime(),
    toMs: Math.min(nowMs, lastMs),
    incidences: plan.guardrails.map(incidenceOf),
    guardrails: plan.guardrails,
  };
}

/** Asks the event store all that an incident keeps. @throws whatever the store answers when it does not */
export async function collectEvidence(
  ctx: Ctx,
  place: Place,
  signal: AbortSignal,
): Promise<IncidentEvidence> {
  const { clickhouse } = ctx;
  const question = await questionOf(ctx, place);
  const counts = await countAffected(clickhouse, question, signal);
  const sessions = await findSessions(clickhouse, question, SESSIONS, signal);
  const missing = await sessionsOfMissing(ctx, question, signal);
  const ids = [...new Set([...sessions, ...missing].map(({ sessionId }) => sessionId))];
  const playable = await findPlayable(ctx, question.environmentId, ids, question);
  const guardrails = question.guardrails.map((guardrail, index): GuardrailHurt => {
    const arm = (name: 'treatment' | 'control') => ({
      people: counts[name].people,
      withEvent: counts[name].incidences[index]?.people ?? 0,
    });
    const pinned = (from: readonly AffectedSession[], name: AffectedSession['arm']) =>
      chooseExamples(
        from.filter((one) => one.incidence === index && one.arm === name),
        playable,
      );
    const isUp = guardrail.harm === 'up';
    return {
      id: guardrail.id,
      event: question.incidences[index]?.event ?? guardrail.event,
      direction: guardrail.harm,
      treatment: arm('treatment'),
      control: arm('control'),
      firstAtMs: isUp ? (counts.treatment.incidences[index]?.firstAtMs ?? null) : null,
      sessions: {
        treatment: pinned(isUp ? sessions : missing, 'treatment'),
        control: pinned(sessions, 'control'),
      },
    };
  });
  return {
    collectedAtMs: ctx.clock.now(),
    fromMs: question.fromMs,
    toMs: question.toMs,
    affected: counts.treatment.people,
    optedIn: await countOptedInOf(ctx, question, signal),
    active: await countActive(clickhouse, question, signal),
    guardrails,
    firstHurtAtMs: firstHurtOf(guardrails, question.guardrails, place.incident.culprits),
  };
}

/** Where less is harm, the sessions of those who had the change and did not do it. */
async function sessionsOfMissing(
  ctx: Ctx,
  question: AffectedQuestion & { readonly guardrails: readonly Guardrail[] },
  signal: AbortSignal,
): Promise<AffectedSession[]> {
  const found: AffectedSession[] = [];
  for (const [index, { harm }] of question.guardrails.entries()) {
    if (harm === 'up') continue;
    found.push(...(await findSessionsWithout(ctx.clickhouse, question, index, SESSIONS, signal)));
  }
  return found;
}

/** By a guardrail at fault; where a person took the change back, by any that could have. */
function firstHurtOf(
  found: readonly GuardrailHurt[],
  guardrails: readonly Guardrail[],
  culprits: readonly string[],
): number | null {
  const blamed = new Set(
    culprits.length > 0 ? culprits : guardrails.filter(canRollBack).map(({ id }) => id),
  );
  const times = found
    .filter(({ id }) => blamed.has(id))
    .flatMap(({ firstAtMs }) => (firstAtMs === null ? [] : [firstAtMs]));
  return times.length === 0 ? null : Math.min(...times);
}

async function countOptedInOf(
  ctx: Ctx,
  question: AffectedQuestion,
  signal: AbortSignal,
): Promise<number> {
  const page = { limit: MOST_LOOKED_UP, offset: 0 };
  const plain = { ...question, incidences: [] };
  const people = await listAffected(ctx.clickhouse, plain, page, signal);
  const ids = people.map(({ personId }) => personId);
  const property = `$feature_enrollment/${question.flagKey}`;
  let count = 0;
  for (let i = 0; i < ids.length; i += BATCH) {
    const batch = ids.slice(i, i + BATCH);
    count += await countOptedIn(ctx.db, question.environmentId, property, batch);
  }
  return count;
}
