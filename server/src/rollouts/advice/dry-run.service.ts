// Plays a plan over the people of the past: over the arms that they really had, where the flag was out; else over
// random splits of them, in which every alarm is a false one.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { SerinError, fail } from '#kernel/errors';
import type { FlagRecord } from '#flags';
import { findArrivals, readHistories } from '#metrics';
import { outcomesOf } from '#metrics/outcome';
import type { PersonHistory } from '#metrics/person-history';
import { inTransaction, type ProjectCtx, userIdOf } from '#platform/ctx';
import { measureBaselines, unanswered } from '../plan/baseline.service.ts';
import { flagOf } from '../plan/draft.service.ts';
import type { Baselines } from '../plan/guardrail-meaning.ts';
import { planOf, type PlanWire } from '../plan/plan.contract.ts';
import type { Plan } from '../plan/plan.ts';
import { getRollout } from '../rollouts.service.ts';
import type { DryRunResult, DryRunWire } from './dry-run.contract.ts';
import { findDryRun, insertDryRun, listDryRunRows } from './dry-run.store.ts';
import { Past } from './past.ts';
import { asPeople, SESSIONS_AS_PEOPLE, whyUnplayable } from './playable-guardrails.ts';
import { placeIn, releasedPlan } from './splits.ts';
import { playable, type PlaceOf, replay, type Replay } from './replay.ts';

export type DryRunSettings = {
  readonly days: number;
  readonly untilMs: number | null;
  readonly splits: number;
};

const DAY_MS = 86_400_000;
const PATIENCE_MS = 30_000;
/** People that are played: of more, a fair sample. */
const MAX_PEOPLE = 10_000;
/** All runs together; those that do not fit are left out. */
const PLAYING_MS = 20_000;
/** Other requests are let in this often. */
const TURN_MS = 10;
/** Fewer people in an arm are no release. */
const MIN_RELEASED = 50;

/** @throws not_found; what `dryRunPlan` throws */
export async function dryRunRollout(
  ctx: ProjectCtx,
  rolloutId: string,
  settings: DryRunSettings,
): Promise<DryRunWire> {
  const rollout = await getRollout(ctx, rolloutId);
  return dryRunPlan(ctx, rollout.wire, settings, rolloutId);
}

/**
 * Plays the plan and keeps what came of it.
 * @throws invalid_input when there is no such flag, nothing to compare, or nobody to play with; unavailable
 */
export async function dryRunPlan(
  ctx: ProjectCtx,
  wire: PlanWire,
  settings: DryRunSettings,
  rolloutId: string | null = null,
): Promise<DryRunWire> {
  const nowMs = ctx.clock.now();
  const untilMs = Math.min(nowMs, settings.untilMs ?? nowMs);
  const fromMs = untilMs - settings.days * DAY_MS;
  const flag = await flagOf(ctx, wire);
  const { plan, leftOut, otherwise } = await measuredPlan(ctx, wire, fromMs);
  refuseUnplayable(plan, leftOut);
  const { people, of, sources } = await readPast(ctx, flag, plan, { fromMs, toMs: untilMs });
  if (people.length === 0) {
    const detail = `Nobody was seen in the ${settings.days} days before then.`;
    fail('invalid_input', { attr: 'days', detail });
  }
  const played = await play(plan, new Past(people, plan.guardrails, sources), people, {
    fromMs,
    untilMs,
    splits: settings.splits,
    treatment: plan.treatment ?? 'true',
  });
  const result: DryRunResult = {
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    people: people.length,
    sample_of: Math.max(of, people.length),
    look_seconds: playable(plan, { fromMs, untilMs }).policy.tickMs / 1000,
    left_out: leftOut,
    played_otherwise: otherwise,
    ...played,
  };
  return keep(ctx, wire, result, rolloutId);
}

function refuseUnplayable(plan: Plan, leftOut: readonly { readonly reason: string }[]): void {
  if (plan.guardrails.length === 0) {
    const detail = leftOut[0]?.reason ?? 'The plan has no guardrails.';
    fail('invalid_input', { attr: 'plan.guardrails', detail });
  }
  if (plan.stages.some(({ comparison }) => comparison === 'ratio')) return;
  const detail = 'The plan compares nobody: it has no stage of a share of everyone.';
  fail('invalid_input', { attr: 'plan.stages', detail });
}

async function readPast(
  ctx: ProjectCtx,
  flag: FlagRecord,
  plan: Plan,
  range: { readonly fromMs: number; readonly toMs: number },
) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const past = {
    clickhouse: ctx.clickhouse,
    environmentId: ctx.environment.id,
    ...range,
    signal,
    unit: plan.unit,
  };
  const { exposure } = plan.policy;
  const use = { key: flag.key, createdAtMs: flag.createdAt.getTime(), exposure };
  const arrivals = await findArrivals(past, use).catch(unanswered);
  return readHistories({
    past,
    flag: arrivals.of === 'flag' ? use : null,
    flagKey: flag.key,
    outcomes: plan.guardrails.flatMap(outcomesOf),
    maxPeople: MAX_PEOPLE,
  }).catch(unanswered);
}

async function keep(
  ctx: ProjectCtx,
  plan: PlanWire,
  result: DryRunResult,
  rolloutId: string | null,
): Promise<DryRunWire> {
  const id = uuidv7();
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  await inTransaction(ctx, (tx) =>
    insertDryRun(tx.db, {
      ...place,
      id,
      rolloutId,
      plan,
      result,
      createdBy: userIdOf(tx),
      at: new Date(tx.clock.now()),
    }),
  );
  return getDryRun(ctx, id);
}

/** @throws not_found */
export async function getDryRun(ctx: ProjectCtx, id: string): Promise<DryRunWire> {
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  const found = await findDryRun(ctx.db, place, id);
  return found ?? fail('not_found', { detail: 'There is no such dry run.' });
}

export function listDryRuns(ctx: ProjectCtx, page: Parameters<typeof listDryRunRows>[2]) {
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  return listDryRunRows(ctx.db, place, page);
}

type Told = { readonly id: string; readonly reason: string };

/** The plan as it would have been measured back then, without what cannot be played. */
async function measuredPlan(
  ctx: ProjectCtx,
  wire: PlanWire,
  fromMs: number,
): Promise<{ plan: Plan; leftOut: Told[]; otherwise: Told[] }> {
  const before = { ...ctx, clock: { now: () => fromMs } };
  const leftOut: Told[] = [];
  let baselines: Baselines = {};
  for (const guardrail of wire.guardrails) {
    const one = { ...wire, guardrails: [guardrail] };
    const [meant] = planOf(one).guardrails;
    const reason = meant && whyUnplayable(meant);
    if (reason) {
      leftOut.push({ id: guardrail.id, reason });
      continue;
    }
    try {
      const found = await measureBaselines(before, ctx.environment.id, {
        plan: planOf(one),
        wire: one,
      });
      baselines = { ...baselines, ...found };
    } catch (error) {
      if (!(error instanceof SerinError) || error.code !== 'invalid_input') throw error;
      leftOut.push({ id: guardrail.id, reason: error.message });
    }
  }
  const gone = new Set(leftOut.map(({ id }) => id));
  const kept = { ...wire, guardrails: wire.guardrails.filter(({ id }) => !gone.has(id)) };
  const plan = planOf(kept, baselines);
  const guardrails = plan.guardrails.map(asPeople);
  const otherwise = plan.guardrails.flatMap(({ id, measure }) =>
    measure.kind === 'sessions' ? [{ id, reason: SESSIONS_AS_PEOPLE }] : [],
  );
  return { plan: { ...plan, guardrails }, leftOut, otherwise };
}

type Playing = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly splits: number;
  /** The value of the flag that is the change. */
  readonly treatment: string;
};

async function play(
  plan: Plan,
  past: Past,
  people: readonly PersonHistory[],
  playing: Playing,
): Promise<Pick<DryRunResult, 'mode' | 'actual' | 'false_alarms'>> {
  const { fromMs, untilMs, splits, treatment } = playing;
  const deadlineMs = performance.now() + PLAYING_MS;
  const clock = { fromMs, untilMs };
  const reported = people.filter((person) => person.reported !== null);
  const treated = reported.filter((person) => person.reported === treatment).length;
  if (treated >= MIN_RELEASED && reported.length - treated >= MIN_RELEASED) {
    const asItWas = playable(
      releasedPlan(plan, treated / reported.length, untilMs - fromMs),
      clock,
    );
    const arms: PlaceOf = ({ reported: value }) =>
      value === null ? null : value === treatment ? 0 : 1;
    const story = await finish(replay(asItWas, past, clock, arms), deadlineMs);
    return { mode: 'actual', actual: story && storyBody(story), false_alarms: null };
  }
  const stories: Replay[] = [];
  const watched = playable(plan, clock);
  for (let split = 0; split < splits; split += 1) {
    const places = new Map(people.map(({ key }) => [key, placeIn(key, split)]));
    const story = await finish(
      replay(watched, past, clock, ({ key }) => places.get(key) ?? null),
      deadlineMs,
    );
    if (story === null) break;
    stories.push(story);
  }
  return { mode: 'a_a', actual: null, false_alarms: falseAlarms(plan, stories) };
}

/** Plays to the end, with turns for others; null when the time is over. */
async function finish(run: Generator<void, Replay>, deadlineMs: number): Promise<Replay | null> {
  let turnEndsMs = performance.now() + TURN_MS;
  for (let step = run.next(); ; step = run.next()) {
    if (step.done) return step.value;
    const nowMs = performance.now();
    if (nowMs > deadlineMs) return null;
    if (nowMs < turnEndsMs) continue;
    await nextTurn();
    turnEndsMs = performance.now() + TURN_MS;
  }
}

function falseAlarms(
  { guardrails }: Plan,
  stories: readonly Replay[],
): NonNullable<DryRunResult['false_alarms']> {
  const count = (isSo: (story: Replay) => boolean) => stories.filter(isSo).length;
  const accused = (story: Replay, id: string, band: 'yellow' | 'red') =>
    story.events.some((event) => event.accused.some((one) => one.id === id && one.band === band));
  return {
    runs: stories.length,
    rolled_back: count(({ end }) => end === 'rolled_back'),
    held: count(({ end }) => end === 'held'),
    paused: count(({ events }) => events.some(({ holdReason }) => holdReason === 'yellow')),
    guardrails: guardrails.map(({ id }) => ({
      id,
      yellow: count((story) => accused(story, id, 'yellow')),
      red: count((story) => accused(story, id, 'red')),
    })),
    stories: stories.map(storyBody),
  };
}

const storyBody = ({ end, stage, events }: Replay) => ({
  end,
  stage,
  events: events.map(({ atMs, type, stage: at, holdReason, reasons, treated }) => ({
    at: new Date(atMs).toISOString(),
    type,
    stage: at,
    hold_reason: holdReason,
    reasons: [...reasons],
    treatment_people: treated,
  })),
});
