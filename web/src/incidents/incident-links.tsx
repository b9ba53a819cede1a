// The incidents of a rollout, on its page.
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery } from '../api/incidents.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { stateOf } from './incident-words.ts';
import styles from './incidents.module.css';

/** Nothing when there were none. */
export function IncidentLinks({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  const incidents = useQuery({
    ...incidentsQuery(scope, { rolloutId: rollout.id }),
    // What opens and closes them moves the rollout.
    queryKey: [...incidentsQuery(scope, { rolloutId: rollout.id }).queryKey, rollout.version],
  });
  const results = incidents.data?.results ?? [];
  if (results.length === 0) return null;
  return (
    <ul className={styles.links} aria-label="Incidents of this rollout">
      {results.map((incident) => {
        const { label, tone, isLive = false } = stateOf(incident);
        return (
          <li key={incident.id} className={styles.link}>
            <IconAlertTriangle size={16} stroke={1.6} aria-hidden />
            <Link to="/incidents/$incidentId" params={{ incidentId: incident.id }}>
              {incident.kind === 'rollback' ? 'Incident report' : 'Investigation'}
            </Link>
            <StatusBadge tone={tone} live={isLive}>
              {label}
            </StatusBadge>
            <span className={styles.dim}>
              <Time at={incident.opened_at} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
