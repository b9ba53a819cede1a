// Warnings that depend on the people of the flag: too few, under several ids, or too rarely hurt for a stage to tell.
import type { Guardrail } from '#metrics/guardrail';
import { inWords } from '../gate/words.ts';
import { isFull, isTargeted, type Plan, type Stage, unitsOf } from '../plan/plan.ts';
import { forecastPlan, type Outlook, type StageForecast } from './forecast.ts';
import { set } from './plan-warnings.ts';
import type { StageInput } from './templates.ts';
import type { Mend, Warning } from './warning.ts';

/** Below this many people a day a percentage proves nothing; named people do. */
const FEW_PEOPLE = 100;
/** From this part of the people on it is worth knowing that they use the flag under several ids. */
const SEVERAL_IDS = 0.02;
/** Less than even odds are no test. */
const EVEN = 0.5;
const DAY_MS = 86_400_000;

export type Traffic = {
  readonly of: 'flag' | 'everybody';
  readonly severalIds: number;
  /** Stages of named people that would do instead of percentages. */
  readonly instead: readonly StageInput[];
};

export function trafficWarnings(
  outlook: Outlook,
  forecast: readonly StageForecast[],
  traffic: Traffic,
): Warning[] {
  return [
    ...peopleWarnings(outlook, traffic),
    ...forecast.flatMap((stage) => undecidedWarnings(outlook, stage)),
  ];
}

function peopleWarnings({ plan, arriving }: Outlook, traffic: Traffic): Warning[] {
  const warnings: Warning[] = [];
  const { many } = unitsOf(plan);
  const shares = plan.stages.filter((stage) => !isTargeted(stage) && !isFull(stage));
  const perDay = Math.round(arriving.perDay);
  if (traffic.of === 'everybody') {
    warnings.push({
      code: 'nobody_yet',
      level: 'advice',
      field: 'flag_key',
      text: `The flag has hardly been called in the last fourteen days, so all ${many} of the environment stand for those who will.`,
      mends: [],
    });
  }
  if (perDay < FEW_PEOPLE && shares.length > 0) {
    const everyone = { name: 'Everyone', percent: 100, min_bake_seconds: 86_400 };
    const stages = [...traffic.instead, everyone].map((stage) => ({ ...stage }));
    warnings.push({
      code: 'few_people',
      level: 'warning',
      field: 'stages',
      text: `${perDay} ${many} a day are too few for percentages to prove anything: give it to ${plan.unit === null ? 'groups of named people' : `named ${many}`} instead, and ask them.`,
      mends:
        traffic.instead.length === 0
          ? []
          : [set(`Use named ${many}`, 'stages', JSON.parse(JSON.stringify(stages)))],
    });
  }
  if (traffic.severalIds >= SEVERAL_IDS && shares.length > 0) {
    const percent = (traffic.severalIds * 100).toFixed(traffic.severalIds < 0.1 ? 1 : 0);
    warnings.push({
      code: 'several_ids',
      level: 'warning',
      field: 'stages',
      text: `${percent} % of the ${many} use the flag under more than one id (before and after they log in, say), and may see both versions: keep what each version stores readable by the other, and ask for the flag after login.`,
      mends: [],
    });
  }
  return warnings;
}

/** A stage in which harm of the red size would more likely than not stay unseen. */
function undecidedWarnings(outlook: Outlook, { index, guardrails }: StageForecast): Warning[] {
  const { plan } = outlook;
  const stage = plan.stages[index];
  const weak = guardrails.filter(({ id, chance }) => {
    const guardrail = plan.guardrails.find((one) => one.id === id);
    return chance !== null && chance < EVEN && guardrail?.onRed === 'rollback';
  });
  const [weakest] = weak.toSorted((x, y) => (x.chance ?? 0) - (y.chance ?? 0));
  if (!stage || !weakest) return [];
  // What business does is slow, and the plan does not wait for it.
  const isAwaited = weak.some(({ id }) => stage.safeFor.includes(id));
  const list = weak
    .map(({ id, chance }) => `${id} (${Math.round((chance ?? 0) * 100)} %)`)
    .join(', ');
  return [
    {
      code: 'undecided',
      level: isAwaited ? 'warning' : 'advice',
      field: `stages.${index}`,
      text: `Stage “${stage.name}” would more likely than not miss harm at its red line within ${inWords(stage.maxBakeMs)}: ${list}.`,
      mends: mendsOf(outlook, index, weakest.id),
    },
  ];
}

/** What would bring the odds of a guardrail in a stage to even, one way at a time. */
function mendsOf(outlook: Outlook, index: number, id: string): Mend[] {
  const { plan } = outlook;
  const stage = plan.stages[index];
  const at = plan.guardrails.findIndex((one) => one.id === id);
  const guardrail = plan.guardrails[at];
  if (!stage || !guardrail) return [];
  const isEnough = (changed: Partial<Plan>) => {
    const stages = forecastPlan({ ...outlook, plan: { ...plan, ...changed } });
    const found = stages[index]?.guardrails.find((one) => one.id === id);
    return (found?.chance ?? 0) >= EVEN;
  };
  const withStage = (change: Partial<Stage>) => ({
    stages: plan.stages.with(index, { ...stage, ...change }),
  });
  const next = plan.stages.slice(index + 1).find((one) => !isTargeted(one))?.percent ?? 100;
  const percent = PERCENTS.find(
    (one) => one > stage.percent && one < next && isEnough(withStage({ percent: one })),
  );
  const bakeMs = BAKES_MS.find(
    (ms) => ms > stage.maxBakeMs && isEnough(withStage({ maxBakeMs: ms })),
  );
  const red = looserReds(guardrail).find((one) => {
    const bands = guardrail.bands && { ...guardrail.bands, red: one };
    return isEnough({ guardrails: plan.guardrails.with(at, { ...guardrail, bands }) });
  });
  return [
    ...(percent === undefined ? [] : [widen(stage, index, percent)]),
    ...(bakeMs === undefined ? [] : [bakeUpTo(index, bakeMs)]),
    ...(red === undefined ? [] : [loosen(guardrail, at, red)]),
    ...(stage.needsApproval ? [] : [set('Let somebody decide', `stages.${index}.approval`, true)]),
  ];
}

function widen(stage: Stage, index: number, percent: number): Mend {
  const isNamedAfter = stage.name === `${stage.percent} %`;
  const name = { field: `stages.${index}.name`, value: `${percent} %` };
  return {
    label: `Give it to ${percent} %`,
    changes: [
      { field: `stages.${index}.percent`, value: percent },
      ...(isNamedAfter ? [name] : []),
    ],
  };
}

const bakeUpTo = (index: number, ms: number): Mend =>
  set(`Let it bake up to ${inWords(ms)}`, `stages.${index}.max_bake_seconds`, ms / 1000);

function loosen(guardrail: Guardrail, at: number, red: number): Mend {
  const isRelative = guardrail.bands?.compare === 'relative';
  const written = isRelative ? Number((red - 1).toFixed(6)) : red;
  const label = `Make ${guardrail.id} red from ${redWords(guardrail, red)} on`;
  return set(label, `guardrails.${at}.red`, written);
}

const PERCENTS = [1, 2, 5, 10, 20, 25, 50] as const;
/** Nobody watches one stage for longer than a month. */
const BAKES_MS = [1, 2, 3, 5, 7, 10, 14, 21, 30].map((days) => days * DAY_MS);
const REDS = { up: [2.5, 3, 4, 5, 10], down: [0.85, 0.8, 0.7, 0.5] } as const;

function looserReds({ bands, harm }: Guardrail): number[] {
  if (bands?.scale !== 'ratio') return [];
  return REDS[harm].filter((red) => (harm === 'up' ? red > bands.red : red < bands.red));
}

function redWords({ bands }: Guardrail, red: number): string {
  if (bands?.compare !== 'relative') return `${red} times`;
  const percent = Math.round((red - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
