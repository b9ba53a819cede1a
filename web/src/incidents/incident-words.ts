// Incidents in words.
import type { Incident, IncidentSummary } from '../api/incidents.ts';
import type { Tone } from '../ui/status-badge.tsx';

type Words = { readonly label: string; readonly tone: Tone; readonly isLive?: boolean };

const CLOSINGS = {
  recovered: { label: 'Recovered', tone: 'safe' },
  decided: { label: 'Went on by hand', tone: 'neutral' },
  acknowledged: { label: 'Rolled back, acknowledged', tone: 'neutral' },
} as const satisfies Record<NonNullable<IncidentSummary['closing']>, Words>;

/** What has become of an incident. */
export function stateOf({ kind, closing }: Pick<IncidentSummary, 'kind' | 'closing'>): Words {
  if (closing !== null) return CLOSINGS[closing];
  return kind === 'rollback'
    ? { label: 'Rolled back, unacknowledged', tone: 'harm', isLive: true }
    : { label: 'Investigating', tone: 'watch', isLive: true };
}

const TONES: Record<Incident['timeline'][number]['kind'], Tone> = {
  harm: 'harm',
  decision: 'info',
  flag: 'neutral',
  told: 'neutral',
  person: 'safe',
};

export const lineTone = (kind: Incident['timeline'][number]['kind']): Tone => TONES[kind];

/** Guardrails at fault, or that there were none. */
export const culpritWords = (culprits: readonly string[]): string =>
  culprits.length === 0 ? 'No guardrail at fault' : culprits.join(', ');
