// What people are told once it is known which recordings show what happened in an incident.
import type { Link, NotificationMessage } from '#notify/message';
import { examplesToShow } from './examples.ts';
import type { IncidentEvidence } from './incident.ts';
import type { Behind } from '../plan/guardrail-behind.ts';
import { recordingsUrl } from './recordings-link.ts';

/** Direct links in a message. */
const MOST_LINKS = 3;

type About = {
  readonly id: string;
  readonly flagKey: string;
  readonly culprits: readonly string[];
  readonly attempt: number;
};
type Environment = { readonly key: string; readonly name: string };

type Change = {
  readonly rolloutId: string;
  /** What the flag's value is where the change is. */
  readonly treatment: string;
  /** What the guardrail at fault counts. */
  readonly behind: Behind | null;
};

/** Null while there is nothing to watch. */
export function examplesMessage(
  { id, flagKey, culprits, attempt }: About,
  { rolloutId, treatment, behind }: Change,
  evidence: IncidentEvidence,
  environment: Environment,
): Omit<NotificationMessage, 'id' | 'at'> | null {
  const examples = examplesToShow(evidence, culprits, MOST_LINKS);
  if (examples.length === 0) return null;
  const where = `environment=${environment.key}`;
  const links: Link[] = [
    {
      text: 'Watch all of them',
      url: recordingsUrl({
        environmentKey: environment.key,
        flagKey,
        treatment,
        behind,
        from: new Date(evidence.fromMs).toISOString(),
        to: new Date(evidence.toMs).toISOString(),
      }),
    },
    ...examples.map(({ sessionId, openAtMs }, i) => ({
      text: `Recording ${i + 1}`,
      url: `/replay/${sessionId}?${where}&t=${openAtMs}`,
    })),
    { text: 'Open the incident', url: `/incidents/${id}?${where}` },
  ];
  return {
    type: 'rollout.rolled_back',
    severity: 'info',
    title: `${flagKey} in ${environment.name}: recordings of what happened`,
    summary: 'They open ten seconds before it happened, and are kept for a year.',
    facts: [],
    links,
    source: `${flagKey}/${environment.key}`,
    incident: { key: `rollout:${rolloutId}:attempt:${attempt}`, step: 'note' },
    data: {
      rollout_id: rolloutId,
      incident_id: id,
      flag_key: flagKey,
      environment: environment.key,
      session_ids: examples.map(({ sessionId }) => sessionId),
    },
  };
}
