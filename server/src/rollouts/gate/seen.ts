// Whether there is anything to judge by right now: people in the arms, or, where no guardrail counts people, what another
// program has read lately.
import { countsPeople, type Guardrail } from '#metrics/guardrail';
import type { Observation } from '#metrics/observation';
import { firstWindowMs } from '#sources/readings';
import type { Plan } from '../plan/plan.ts';
import type { Position } from './rollout.ts';

type Seen = Pick<Observation, 'recent' | 'external'>;

/** So many windows without a reading, and a source has nothing to say. */
const LAST_WINDOWS = 5;

/** The stage is held against people without the change. */
export const isCompared = (plan: Plan, { stageIndex }: Position): boolean =>
  plan.stages[stageIndex]?.comparison === 'ratio';

/** The plan goes by what another program says of servers alone: nobody need report the flag. */
export const isByReadings = ({ guardrails }: Plan): boolean =>
  guardrails.length > 0 && !guardrails.some(countsPeople);

/** Something was lately seen of everything that is judged: such time is bake. */
export function isLatelySeen(plan: Plan, position: Position, seen: Seen): boolean {
  if (isByReadings(plan)) return isRead(plan, position, seen, { stretchMs: 0, sinceMs: Infinity });
  const { treatment, control } = seen.recent;
  return treatment > 0 && (!isCompared(plan, position) || control > 0);
}

/**
 * Of every guardrail there is a reading of the last windows, and of those that cover a stretch of time. Where a first
 * window cannot be over so long after the start of the stage, none is asked for.
 */
export function isRead(
  plan: Plan,
  position: Position,
  { external }: Pick<Seen, 'external'>,
  { stretchMs, sinceMs }: { readonly stretchMs: number; readonly sinceMs: number },
): boolean {
  // Who may only tell people keeps nothing waiting, unless there is nobody else.
  const acting = plan.guardrails.filter(({ onRed }) => onRed !== 'notify');
  return (acting.length > 0 ? acting : plan.guardrails).every((guardrail) => {
    if (sinceMs < firstWindowOf(guardrail)) return true;
    const rows = external?.[guardrail.id] ?? [];
    const last = rows.slice(-Math.max(LAST_WINDOWS, Math.ceil(stretchMs / windowOf(guardrail))));
    const has = (column: number) => last.some((row) => (row[column] ?? 0) > 0);
    if (isValue(guardrail)) return last.some((row) => row.length > 0);
    return has(0) && (!isCompared(plan, position) || has(1));
  });
}

const isValue = ({ measure }: Guardrail): boolean =>
  measure.kind === 'external' && measure.reading.kind === 'value';

const firstWindowOf = ({ measure }: Guardrail): number =>
  measure.kind === 'external' ? firstWindowMs(measure.reading) : 0;

const windowOf = ({ measure }: Guardrail): number =>
  measure.kind === 'external' ? measure.reading.windowMs : Infinity;
