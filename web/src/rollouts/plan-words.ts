// A plan in sentences.
import { formatDuration, formatNumber, joinWords } from '../ui/format.ts';
import { type GuardrailDraft, measuredEvent } from './guardrail-draft.ts';
import { suffixOf, unitOf, wordsOf } from './guardrail-presets.ts';
import type { PlanParts } from './plan-draft.ts';
import { stageName } from './stage-draft.ts';

const ACTIONS = {
  rollback: 'Rolls back',
  hold: 'Stops expansion',
  notify: 'Tells people',
} as const;

/** What a guardrail does. */
export function guardrailWords(guardrail: GuardrailDraft): string {
  const { kind, compare, direction, yellow, red, absolute, onRed } = guardrail;
  const what = wordsOf(kind).subject(measuredEvent(guardrail));
  const side = direction === 'up' ? 'above' : 'below';
  const isChange = compare !== 'ratio' && compare !== 'absolute';
  const sign = (value: number) => (isChange && value > 0 ? '+' : '');
  const band = (value: number) => `${sign(value)}${formatNumber(value)}${suffixOf(kind, compare)}`;
  const ofOthers = compare === 'ratio' ? ' that' : ' against that';
  const against = compare === 'absolute' ? '' : `${ofOthers} of people without the flag`;
  const unit = unitOf(kind);
  const limit =
    absolute && compare !== 'absolute'
      ? `, or ${side} ${formatNumber(absolute.red)}${unit === '' ? '' : ` ${unit}`},`
      : '';
  return (
    `${ACTIONS[onRed]} when ${what} is proven ${side} ${band(red)}${against}` +
    `${limit} ${onRed === 'rollback' ? 'and pauses' : 'or looks so'} from ${band(yellow)} on.`
  );
}

/** The plan as a whole: `1 %, 5 %, 25 %, 50 % and 100 %, in at least 2 d 5 h.` */
export function planWords({ stages }: Pick<PlanParts, 'stages'>): string {
  if (stages.length === 0) return 'No stages yet.';
  const seconds = stages.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  const approvals = stages.filter(({ needsApproval }) => needsApproval).length;
  const asks =
    approvals > 0 ? ` It asks you ${approvals === 1 ? 'once' : `${approvals} times`}.` : '';
  return `${joinWords(stages.map(stageName))}, in at least ${formatDuration(seconds)}.${asks}`;
}
