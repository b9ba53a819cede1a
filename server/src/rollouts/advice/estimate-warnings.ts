// What it costs to decide by fixed thresholds: how often a harmless release would be taken back.
import type { Guardrail } from '#metrics/guardrail';
import { falseRedOdds } from '#metrics/estimate-odds';
import { percentOf } from '../gate/words.ts';
import { isFull, isTargeted, type Plan, type Stage } from '../plan/plan.ts';
import type { Warning } from './warning.ts';

/** What is rare stands for what nobody has measured. */
const UNKNOWN_SHARE = 0.01;
/** A stage of so many windows. */
const WINDOWS = 50;

/** @param shares parts of the people who have each guardrail's outcome; null or missing: unknown */
export function estimateWarnings(plan: Plan, shares: readonly (number | null)[] = []): Warning[] {
  const stage = plan.stages.find((one) => !isTargeted(one) && !isFull(one));
  return plan.guardrails.flatMap((guardrail, index) =>
    stage ? warningOf(guardrail, stage, index, shares[index] ?? null) : [],
  );
}

function warningOf(
  guardrail: Guardrail,
  stage: Stage,
  index: number,
  known: number | null,
): Warning[] {
  const { estimate, id, measure } = guardrail;
  if (!estimate || measure.kind === 'external') return [];
  const share = known !== null && known > 0 && known < 1 ? known : UNKNOWN_SHARE;
  const question = { share, treatmentShare: stage.percent / 100, windows: WINDOWS };
  const odds = falseRedOdds(guardrail, estimate, question);
  const at =
    known === null ? `if ${percentOf(share)} have it` : `at ${percentOf(share)} who have it`;
  return [
    {
      code: 'estimate',
      level: 'warning',
      field: `guardrails.${index}.estimate`,
      text: `“${id}” decides by estimates: ${at}, a harmless stage of ${WINDOWS} windows would be taken back in ${Math.round(odds * 100)} of 100 cases. By evidence it is the error rate of the plan.`,
      mends: [
        {
          label: 'Decide by evidence',
          changes: [{ field: `guardrails.${index}.estimate`, value: null }],
        },
      ],
    },
  ];
}
