// One entry of the audit log; what it changed and where it came from open on demand.
import { Button, Collapse } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEntry } from '../api/audit.ts';
import type { Environment } from '../api/session.ts';
import { plural } from '../ui/format.ts';
import { Time } from '../ui/time.tsx';
import { actionWords, fieldWords, isTelling, kindWords, valueText } from './audit-words.ts';
import styles from './audit.module.css';

type AuditItemProps = {
  readonly entry: AuditEntry;
  readonly environments: readonly Environment[];
};

export function AuditItem({ entry, environments }: AuditItemProps) {
  const [isOpen, setOpen] = useState(false);
  const changes = entry.changes.filter(isTelling);
  const environment = environments.find(({ id }) => id === entry.environment_id);
  return (
    <li className={styles.entry}>
      <div className={styles.head}>
        <strong>{actionWords(entry.action)}</strong>
        <span>
          {kindWords(entry.resource_kind)} <Resource entry={entry} />
        </span>
        {environment && <span className={styles.dim}>in {environment.name}</span>}
        <span className={styles.when}>
          {entry.actor.label} · <Time at={entry.at} />
        </span>
      </div>
      {entry.reason && <p className={styles.reason}>{entry.reason}</p>}
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        className={styles.toggle ?? ''}
        aria-expanded={isOpen}
        leftSection={
          <IconChevronRight size={13} className={isOpen ? styles.turned : ''} aria-hidden />
        }
        onClick={() => setOpen(!isOpen)}
      >
        {changes.length > 0 ? plural(changes.length, 'field', 'fields') : 'Details'}
      </Button>
      <Collapse expanded={isOpen}>{isOpen && <Details entry={entry} changes={changes} />}</Collapse>
    </li>
  );
}

/** A flag, and what hangs on it, leads to its page. */
function Resource({ entry }: { entry: AuditEntry }) {
  const { resource_kind: kind, resource_id: id, resource_label: label } = entry;
  const name = <code>{label ?? id}</code>;
  if (kind === 'flag') {
    return (
      <Link to="/feature-flags/$flagId" params={{ flagId: id }}>
        {name}
      </Link>
    );
  }
  if (kind === 'rollout') {
    return (
      <Link to="/rollouts/$rolloutId" params={{ rolloutId: id }}>
        {name}
      </Link>
    );
  }
  if (kind === 'experiment') {
    return (
      <Link to="/experiments/$experimentId" params={{ experimentId: id }}>
        {name}
      </Link>
    );
  }
  if (kind === 'incident') {
    return (
      <Link to="/incidents/$incidentId" params={{ incidentId: id }}>
        {name}
      </Link>
    );
  }
  return name;
}

type DetailsProps = {
  readonly entry: AuditEntry;
  readonly changes: AuditEntry['changes'];
};

function Details({ entry, changes }: DetailsProps) {
  return (
    <div className={styles.details}>
      {changes.map(({ field, before, after }) => (
        <div key={field} className={styles.change}>
          <span className={styles.dim}>{fieldWords(field)}</span>
          <span className={styles.value}>
            {valueText(before) !== null && <del className={styles.before}>{valueText(before)}</del>}
            {valueText(after) !== null && <ins className={styles.after}>{valueText(after)}</ins>}
          </span>
        </div>
      ))}
      <p className={styles.origin}>{originWords(entry)}</p>
    </div>
  );
}

function originWords({ actor, origin }: AuditEntry): string {
  if (!origin) return 'By Serin itself.';
  const by =
    actor.kind === 'api_key'
      ? 'With an API key'
      : origin.session
        ? `In session ${origin.session}`
        : 'Without a session';
  const agent = origin.user_agent ? `, ${origin.user_agent}` : '';
  return `${by}, from ${origin.ip}${agent}.`;
}
