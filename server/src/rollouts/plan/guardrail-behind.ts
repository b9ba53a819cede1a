// Which events are behind what a guardrail counts, as filters of recordings, people and insights name them. Pure.
import type { EventOperator, Guardrail } from '#metrics/guardrail';

/** A condition on the property of an event, in the names of the wire. */
type EventProperty = {
  readonly key: string;
  readonly type: 'event';
  readonly operator: EventOperator;
  readonly value?: string | number | boolean | (string | number | boolean)[];
};

/** Whom harm has happened to: who had such an event or, where less is harm, who had none. */
export type Behind = {
  readonly event: string;
  readonly properties: readonly EventProperty[];
  readonly isMissing: boolean;
};

/** Null where no event of people tells: numbers of other programs, and who did not come back. */
export function behindOf(guardrail: Guardrail): Behind | null {
  const { measure, event, filters, kind, harm } = guardrail;
  if (measure.kind === 'external') return null;
  if (measure.kind === 'share' && measure.afterMs !== undefined) return null;
  const narrowed = filters.map(({ key, operator, value }): EventProperty => {
    const given = typeof value === 'object' && value !== null ? [...value] : value;
    return { key, type: 'event', operator, ...(given === null ? {} : { value: given }) };
  });
  const properties: readonly EventProperty[] =
    // Before the start nothing says yet what is slow.
    measure.kind === 'latency' && measure.threshold > 0
      ? [
          ...narrowed,
          { key: measure.property, type: 'event', operator: 'gt', value: measure.threshold },
        ]
      : narrowed;
  // Everybody leaves a page: how soon is not whether.
  return { event, properties, isMissing: harm === 'down' && kind !== 'time_on_page' };
}

/** The same as a condition of a filter of recordings; servers send their events without a session. */
export const recordingCondition = ({ event, properties, isMissing }: Behind) => ({
  kind: 'event' as const,
  event,
  properties: [...properties],
  without_session: true,
  ...(isMissing ? { negated: true } : {}),
});
