// What a plan lacks before it can be sent, each at the field that the server would name.
import { conditionProblems, type Found, type Problems } from '../targeting/condition-problem.ts';
import type { GuardrailDraft } from './guardrail-draft.ts';
import { defaultsOf, MODES, needsEvent, takes } from './guardrail-presets.ts';
import type { PlanDraft, PlanParts } from './plan-draft.ts';
import type { StageDraft } from './stage-draft.ts';

function stageProblems(stages: readonly StageDraft[], index: number): Found[] {
  const stage = stages[index];
  if (!stage) return [];
  const at = `stages.${index}`;
  const found: Found[] = [];
  const isLadder = stage.conditions.length === 0;
  const before = stages.slice(0, index).findLast(({ conditions }) => conditions.length === 0);
  if (!(stage.percent > 0 && stage.percent <= 100)) {
    found.push([`${at}.percent`, 'Above 0, at most 100.']);
  } else if (isLadder && before && stage.percent <= before.percent) {
    found.push([`${at}.percent`, `More than the ${before.percent} % before.`]);
  }
  if (stage.maxBakeSeconds !== null && stage.maxBakeSeconds < stage.bakeSeconds) {
    found.push([`${at}.max_bake_seconds`, 'Not shorter than it is watched at least.']);
  }
  found.push(...conditionProblems(stage.conditions, at));
  return found;
}

function bandsProblem(bands: { yellow: number; red: number }, isUp: boolean): string | null {
  const isBeyond = isUp ? bands.red > bands.yellow : bands.red < bands.yellow;
  return isBeyond ? null : `Red must lie ${isUp ? 'above' : 'below'} yellow.`;
}

function guardrailProblems(guardrail: GuardrailDraft, index: number): Found[] {
  const at = `guardrails.${index}`;
  const isUp = guardrail.direction === 'up';
  const { same } = MODES[guardrail.compare];
  const found = fieldProblems(guardrail, at);
  const isHarm = (band: number) => same === null || (isUp ? band > same : band < same);
  const isPossible = guardrail.compare !== 'ratio' || guardrail.yellow > 0;
  if (!isHarm(guardrail.yellow) || !isPossible) {
    const below = guardrail.compare === 'ratio' ? 'Between 0 and 1.' : 'Below 0.';
    found.push([`${at}.yellow`, isUp ? `Above ${same}.` : below]);
  }
  const ratios = bandsProblem(guardrail, isUp);
  if (ratios) found.push([`${at}.red`, ratios]);
  const hasLimits = guardrail.compare !== 'absolute' && guardrail.absolute !== null;
  const limits = hasLimits && guardrail.absolute && bandsProblem(guardrail.absolute, isUp);
  if (limits) found.push([`${at}.absolute.red`, limits]);
  return found;
}

/** What a guardrail lacks, below the path `at`. */
export function fieldProblems(guardrail: GuardrailDraft, at: string): Found[] {
  const { kind, event, property, per, steps, conditions } = guardrail;
  const found: Found[] = [];
  const lacks = (isLacking: boolean, field: string, words: string) => {
    if (isLacking) found.push([`${at}.${field}`, words]);
  };
  const isEmpty = (text: string) => text.trim() === '';
  const needsProperty = defaultsOf(kind).needs.includes('property');
  lacks(needsEvent(kind) && isEmpty(event), 'event', 'Name the event.');
  const hasOwnNumber = kind === 'latency' && ![defaultsOf(kind).event, ''].includes(event.trim());
  lacks(
    (needsProperty || hasOwnNumber) && isEmpty(property),
    'property',
    'Name the property that holds the number.',
  );
  lacks(
    takes(kind, 'per') && isEmpty(per.event),
    'per.event',
    'Name the event that it is divided by.',
  );
  const isRates = takes(kind, 'query') && isEmpty(guardrail.query);
  lacks(isRates && isEmpty(guardrail.badQuery), 'bad_query', 'Write a query, or one number below.');
  lacks(isRates && isEmpty(guardrail.totalQuery), 'total_query', 'Write a query.');
  const hasSteps = takes(kind, 'steps');
  lacks(hasSteps && steps.length < 2, 'steps', 'Name two events or more.');
  for (const [index, step] of steps.entries()) {
    lacks(hasSteps && isEmpty(step.event), `steps.${index}.event`, 'Name the event.');
    found.push(...conditionProblems(step.conditions, `${at}.steps.${index}`));
  }
  if (takes(kind, 'per')) found.push(...conditionProblems(per.conditions, `${at}.per`));
  if (takes(kind, 'properties')) found.push(...conditionProblems(conditions, at));
  return found;
}

/** Everything that keeps a plan from being sent. */
export function planProblemsOf(draft: PlanDraft): Problems {
  return new Map<string, string>([
    ...(draft.flagKey ? [] : [['flag_key', 'Choose a flag.'] as Found]),
    ...partProblems(draft),
  ]);
}

/** The same of what a template keeps. */
export function partProblems({ stages, guardrails, policy, impact }: PlanParts) {
  const lacksPoint = impact.kind === 'D' && !stages.some((stage) => stage.isPointOfNoReturn);
  const lacksBanner = policy.banner?.flagKey === '';
  return [
    ...(stages.length > 0 ? [] : [['stages', 'A plan needs at least one stage.'] as Found]),
    ...stages.flatMap((_, index) => stageProblems(stages, index)),
    ...(guardrails.length > 0
      ? []
      : [['guardrails', 'A rollout without guardrails guards nothing.'] as Found]),
    ...guardrails.flatMap(guardrailProblems),
    ...(lacksPoint ? [['rollback_impact', 'Choose the stage, or another answer.'] as Found] : []),
    ...(lacksBanner ? [['policy.banner.flag_key', 'Choose a flag, or no banner.'] as Found] : []),
  ];
}
