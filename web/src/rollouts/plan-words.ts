// A plan in sentences.
import { formatDuration, formatNumber, joinWords } from '../ui/format.ts';
import { MODES, presetOf } from './guardrail-presets.ts';
import { type GuardrailDraft, measuredEvent, type PlanDraft, stageName } from './plan-draft.ts';

const ACTIONS = {
  rollback: 'Rolls back',
  hold: 'Stops expansion',
  notify: 'Tells people',
} as const;

/** What a guardrail does. */
export function guardrailWords(guardrail: GuardrailDraft): string {
  const { kind, compare, direction, yellow, red, absolute, onRed } = guardrail;
  const { subject, unit } = presetOf(kind);
  const what = subject(measuredEvent(guardrail));
  const side = direction === 'up' ? 'above' : 'below';
  const sign = (value: number) => (compare !== 'ratio' && value > 0 ? '+' : '');
  const band = (value: number) => `${sign(value)}${formatNumber(value)}${MODES[compare].suffix}`;
  const against = compare === 'ratio' ? `${band(red)} that` : `${band(red)} against that`;
  const limit = absolute
    ? `, or ${side} ${formatNumber(absolute.red)}${unit === '' ? '' : ` ${unit}`},`
    : '';
  return (
    `${ACTIONS[onRed]} when ${what} is proven ${side} ${against} of people without the flag` +
    `${limit} ${onRed === 'rollback' ? 'and pauses' : 'or looks so'} from ${band(yellow)} on.`
  );
}

/** The plan as a whole: `1 %, 5 %, 25 %, 50 % and 100 %, in at least 2 d 5 h.` */
export function planWords({ stages }: PlanDraft): string {
  if (stages.length === 0) return 'No stages yet.';
  const seconds = stages.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  const approvals = stages.filter(({ needsApproval }) => needsApproval).length;
  const asks =
    approvals > 0 ? ` It asks you ${approvals === 1 ? 'once' : `${approvals} times`}.` : '';
  return `${joinWords(stages.map(stageName))}, in at least ${formatDuration(seconds)}.${asks}`;
}
