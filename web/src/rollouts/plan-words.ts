// A plan in sentences.
import { formatDuration, formatNumber, formatPercent, joinWords } from '../ui/format.ts';
import { type GuardrailDraft, type PlanDraft, stageName } from './plan-draft.ts';

const times = (ratio: number): string => `${formatNumber(ratio)} ×`;

/** What a guardrail does. */
export function guardrailWords(guardrail: GuardrailDraft): string {
  const { kind, event, direction, yellow, red, absolute } = guardrail;
  const subject =
    kind === 'exception_users'
      ? 'the share of people who hit an exception'
      : `the share of people with ${event || 'the event'}`;
  const side = direction === 'up' ? 'above' : 'below';
  const limit = absolute ? `, or ${side} ${formatPercent(absolute.red)} of them,` : '';
  return (
    `Rolls back when ${subject} is proven ${side} ${times(red)} that of people without the flag` +
    `${limit} and pauses from ${times(yellow)} on.`
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
