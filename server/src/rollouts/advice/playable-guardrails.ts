// How guardrails are played over people of the past, of whom events are known, and neither sessions nor servers.
import type { Guardrail } from '#metrics/guardrail';

/** Null where it can be played. */
export function whyUnplayable({ measure, bands }: Guardrail): string | null {
  if (measure.kind === 'external') return 'What another program measured is not replayed.';
  return measure.kind === 'sessions' && bands === null
    ? 'Limits of sessions are not replayed: of the past only people are known.'
    : null;
}

export const SESSIONS_AS_PEOPLE =
  'Played by people with the event instead of their sessions, against control and without its limits: those are of sessions.';

/** Sessions are played as their people; a limit of sessions says nothing about people, more of whom have one. */
export function asPeople(guardrail: Guardrail): Guardrail {
  if (guardrail.measure.kind !== 'sessions') return guardrail;
  return { ...guardrail, measure: { kind: 'share' }, absolute: null };
}
