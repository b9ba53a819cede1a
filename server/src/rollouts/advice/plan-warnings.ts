// Warnings that a plan earns by itself, whoever its people are.
import { canRollBack, type Guardrail } from '#metrics/guardrail';
import { inWords } from '../gate/words.ts';
import { isFull, isLossy, isTargeted, type Plan, type Stage } from '../plan/plan.ts';
import { describeRisk, pointOfNoReturn } from '../plan/way-back.ts';
import type { Mend, Warning } from './warning.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Below five minutes a stage is a sped-up switch-over, not a canary. */
const SHORT_BAKE_MS = 5 * MINUTE_MS;
/** More of them slow each other down: every one takes its part of the error rate. */
const MANY_GUARDRAILS = 8;
/** From this percentage on a stage has to see a busy hour… */
const PEAK_FROM_PERCENT = 25;
/** …and, where business numbers are watched, from this one on a whole week. */
const WEEK_FROM_PERCENT = 50;
const WEEK_MS = 7 * DAY_MS;
/** Outcomes come late: a stage lasts half as long again as people have time for them. */
const WINDOW_FACTOR = 1.5;

export const set = (
  label: string,
  field: string,
  value: Mend['changes'][number]['value'],
): Mend => ({
  label,
  changes: [{ field, value }],
});

/** In the order of the plan. */
export function planWarnings(plan: Plan): Warning[] {
  const ofStages = plan.stages.flatMap((stage, index) => stageWarnings(plan, stage, index));
  return [...ofStages, ...dataWarnings(plan), ...guardrailWarnings(plan)];
}

/** Loud: nothing else in a rollout is as hard to undo. */
function dataWarnings(plan: Plan): Warning[] {
  const point = pointOfNoReturn(plan);
  if (!isLossy(plan)) return [];
  const [code, at, words]: [Warning['code'], number, string] =
    plan.impact.kind === 'D'
      ? ['no_way_back', point ?? 0, ' Take the backup, and try to restore it, before.']
      : ['data_loss', 0, ' Keep both representations in step, or accept it at the start.'];
  const note =
    plan.impact.note === '' ? ' Say in the note what is lost and how it is restored.' : '';
  const field = point === null ? 'rollback_impact' : `stages.${point}.point_of_no_return`;
  const risk = describeRisk(plan, point === null ? 'accept' : 'cross', at);
  return [{ code, level: 'warning', field, text: `${risk}${words}${note}`, mends: [] }];
}

/** A warning about one field of one stage. */
type About = (
  code: Warning['code'],
  field: string,
  text: string,
  mends?: readonly Mend[],
  level?: Warning['level'],
) => Warning;

function stageWarnings(plan: Plan, stage: Stage, index: number): Warning[] {
  const at = `stages.${index}`;
  const about: About = (code, field, text, mends = [], level = 'warning') => ({
    code,
    level,
    field: `${at}.${field}`,
    text: `Stage “${stage.name}” ${text}`,
    mends,
  });
  return [
    ...bakeWarnings(plan, stage, at, about),
    ...controlWarnings(stage, at, about),
    ...safetyWarnings(plan, stage, about),
    ...cycleWarnings(plan, stage, at, about),
  ];
}

function bakeWarnings(plan: Plan, stage: Stage, at: string, about: About): Warning[] {
  const isShort = stage.minBakeMs < SHORT_BAKE_MS && !isFull(stage);
  const short = about(
    'short_bake',
    'min_bake_seconds',
    'bakes for less than five minutes: that is a sped-up switch-over, only catastrophes show.',
    [set('Bake half an hour', `${at}.min_bake_seconds`, 1800)],
  );
  const late = windowsBeyond(plan, stage, at).map(({ id, windowMs, mend }) =>
    about(
      'short_window',
      'min_bake_seconds',
      `may end after ${inWords(stage.minBakeMs)}, before people had their ${inWords(windowMs)} for ${id}: late conversions are not counted.`,
      [mend],
    ),
  );
  return [...(isShort ? [short] : []), ...late];
}

/** Guardrails whose people may still convert when the stage is over. */
function windowsBeyond({ guardrails }: Plan, stage: Stage, at: string) {
  if (isTargeted(stage) || stage.minBakeMs === 0) return [];
  return guardrails.flatMap(({ id, measure }) => {
    if (measure.kind !== 'conversion' || measure.windowMs <= stage.minBakeMs) return [];
    const seconds = Math.ceil((measure.windowMs * WINDOW_FACTOR) / 1000);
    const mend = set(`Bake ${inWords(seconds * 1000)}`, `${at}.min_bake_seconds`, seconds);
    return [{ id, windowMs: measure.windowMs, mend }];
  });
}

function controlWarnings(stage: Stage, at: string, about: About): Warning[] {
  const warnings: Warning[] = [];
  if (stage.comparison === 'self_control' && !stage.needsApproval) {
    const text =
      'holds people against themselves, which cannot tell the change from what else happened: let somebody approve it.';
    const mends = [set('Ask for approval', `${at}.approval`, true)];
    warnings.push(about('self_control', 'approval', text, mends));
  }
  return warnings;
}

function safetyWarnings({ guardrails }: Plan, { safeFor }: Stage, about: About): Warning[] {
  const missing = safeFor.filter((id) => !guardrails.some((one) => one.id === id));
  if (missing.length === 0) return [];
  const text = `asks for proof of ${missing.join(', ')}, and the plan has no such guardrail: nothing is watched there.`;
  return [about('not_guarded', 'safe_for', text)];
}

function cycleWarnings(plan: Plan, stage: Stage, at: string, about: About): Warning[] {
  if (isTargeted(stage) || isFull(stage)) return [];
  const warnings: Warning[] = [];
  if (stage.percent >= PEAK_FROM_PERCENT && !stage.coverPeak && stage.minBakeMs < DAY_MS) {
    const text = 'may pass without one of the day’s busy hours, where load shows.';
    const mends = [set('Wait for a busy hour', `${at}.cover_peak`, true)];
    warnings.push(about('daily_peak', 'cover_peak', text, mends, 'advice'));
  }
  const business = plan.guardrails.filter(({ family }) => family === 'business');
  if (stage.percent >= WEEK_FROM_PERCENT && business.length > 0 && stage.minBakeMs < WEEK_MS) {
    const text = `may pass without a whole week, and ${namesOf(business)} has weekly ups and downs.`;
    const mends = [set('Bake a week', `${at}.min_bake_seconds`, WEEK_MS / 1000)];
    warnings.push(about('weekly_cycle', 'min_bake_seconds', text, mends, 'advice'));
  }
  return warnings;
}

const namesOf = (guardrails: readonly Guardrail[]) => guardrails.map(({ id }) => id).join(', ');

function guardrailWarnings({ guardrails, stages }: Plan): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], text: string, mends: readonly Mend[] = []) =>
    warnings.push({ code, level: 'warning', field: 'guardrails', text, mends });
  const acting = guardrails.flatMap((one, index) => (canRollBack(one) ? [index] : []));
  if (acting.length === 0) {
    warn('nothing_acts', 'Every guardrail only watches: nothing takes the change back by itself.');
  }
  if (acting.length > MANY_GUARDRAILS) {
    const spare = acting.slice(MANY_GUARDRAILS);
    const changes = spare.map((index) => ({
      field: `guardrails.${index}.on_red`,
      value: 'notify',
    }));
    warn(
      'many_guardrails',
      `${acting.length} guardrails may take the change back; more than ${MANY_GUARDRAILS} slow each other down, for each takes its part of the error rate.`,
      [{ label: `Let the last ${spare.length} only tell people`, changes }],
    );
  }
  const unlimited = guardrails.filter(({ absolute }) => absolute === null);
  const uncontrolled = stages.filter(
    ({ comparison, minBakeMs }) => comparison === 'absolute' && minBakeMs > 0,
  );
  if (unlimited.length > 0 && uncontrolled.length > 0) {
    const names = uncontrolled.map(({ name }) => `“${name}”`).join(', ');
    const [stage, has] = uncontrolled.length === 1 ? ['Stage', 'has'] : ['Stages', 'have'];
    warn(
      'no_limits',
      `${stage} ${names} ${has} no control to compare with: without absolute limits, ${namesOf(unlimited)} cannot guard there.`,
    );
  }
  const unproven = unlimited.filter(({ require }) => require === 'safe');
  if (unproven.length > 0) {
    warn(
      'no_limits',
      `Without absolute limits, ${namesOf(unproven)} can be proven safe only once the event is frequent enough in control.`,
    );
  }
  return warnings;
}
