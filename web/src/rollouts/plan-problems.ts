// What a plan lacks before it can be sent, each at the field that the server would name.
import { conditionProblems, type Found, type Problems } from '../targeting/condition-problem.ts';
import { MODES, presetOf } from './guardrail-presets.ts';
import type { GuardrailDraft, PlanDraft, StageDraft } from './plan-draft.ts';

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
  const isHarm = (band: number) => (isUp ? band > same : band < same);
  const isPossible = guardrail.compare !== 'ratio' || guardrail.yellow > 0;
  if (!isHarm(guardrail.yellow) || !isPossible) {
    const below = guardrail.compare === 'ratio' ? 'Between 0 and 1.' : 'Below 0.';
    found.push([`${at}.yellow`, isUp ? `Above ${same}.` : below]);
  }
  const ratios = bandsProblem(guardrail, isUp);
  if (ratios) found.push([`${at}.red`, ratios]);
  const limits = guardrail.absolute && bandsProblem(guardrail.absolute, isUp);
  if (limits) found.push([`${at}.absolute.red`, limits]);
  return found;
}

function fieldProblems(guardrail: GuardrailDraft, at: string): Found[] {
  const { fields } = presetOf(guardrail.kind);
  const missing = (field: 'event' | 'property' | 'per', words: string): Found[] =>
    fields.includes(field) && guardrail[field].trim() === '' ? [[`${at}.${field}`, words]] : [];
  const isShort = guardrail.steps.filter((step) => step.trim() !== '').length < 2;
  return [
    ...missing('event', 'Name the event.'),
    ...missing('property', 'Name the property that holds the number.'),
    ...missing('per', 'Name the event that it is divided by.'),
    ...(fields.includes('steps') && isShort
      ? [[`${at}.steps`, 'Name two events or more.'] as Found]
      : []),
  ];
}

/** Everything that keeps a plan from being sent. */
export function planProblemsOf(draft: PlanDraft): Problems {
  return new Map<string, string>([
    ...(draft.flagKey ? [] : [['flag_key', 'Choose a flag.'] as Found]),
    ...(draft.stages.length > 0 ? [] : [['stages', 'A plan needs at least one stage.'] as Found]),
    ...draft.stages.flatMap((_, index) => stageProblems(draft.stages, index)),
    ...(draft.guardrails.length > 0
      ? []
      : [['guardrails', 'A rollout without guardrails guards nothing.'] as Found]),
    ...draft.guardrails.flatMap(guardrailProblems),
  ]);
}
