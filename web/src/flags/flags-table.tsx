// The columns of the list of flags.
import { Link } from '@tanstack/react-router';
import type { ListedFlag } from '../api/flag-list.ts';
import type { Scope } from '../api/session.ts';
import type { Column } from '../ui/data-table.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { FlagSwitch } from './flag-switch.tsx';
import styles from './flags.module.css';
import { StaleBadge } from './stale-badge.tsx';
import { audienceWords, outcomeWords } from './words.ts';

export function flagColumns(scope: Scope): readonly Column<ListedFlag>[] {
  return [
    { title: 'Flag', cell: (flag) => <FlagName flag={flag} />, lead: true, sortKey: 'key' },
    { title: 'State', shrink: true, hideNarrow: true, cell: (flag) => <State flag={flag} /> },
    {
      title: 'Who gets it',
      ownLineNarrow: true,
      cell: (flag) => <Audience flag={flag} scope={scope} />,
    },
    {
      title: 'Owner',
      shrink: true,
      hideNarrow: true,
      cell: ({ owner }) =>
        owner ? owner.first_name || owner.email : <span className={styles.dim}>nobody</span>,
    },
    {
      title: 'Last change',
      shrink: true,
      hideNarrow: true,
      sortKey: 'updated_at',
      cell: (flag) => <LastChange flag={flag} />,
    },
    {
      title: 'Asked for',
      shrink: true,
      hideNarrow: true,
      sortKey: 'last_called_at',
      cell: ({ last_called_at: at }) => (
        <span className={styles.dim}>{at === null ? 'not yet' : <Time at={at} />}</span>
      ),
    },
    {
      title: 'Switch',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (flag) => <FlagSwitch flag={flag} scope={scope} />,
    },
  ];
}

function FlagName({ flag }: { flag: ListedFlag }) {
  return (
    <div className={styles.name}>
      <Link to="/feature-flags/$flagId" params={{ flagId: String(flag.id) }} className={styles.key}>
        {flag.key}
      </Link>
      {flag.name && <span className={styles.description}>{flag.name}</span>}
      {flag.tags.length > 0 && (
        <span className={styles.tags}>
          {flag.tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

function State({ flag }: { flag: ListedFlag }) {
  if (flag.archived) {
    return (
      <StatusBadge tone="neutral" hollow>
        Archived
      </StatusBadge>
    );
  }
  if (flag.status === 'STALE') return <StaleBadge />;
  return (
    <StatusBadge tone={flag.active ? 'safe' : 'neutral'} hollow={!flag.active}>
      {flag.active ? 'On' : 'Off'}
    </StatusBadge>
  );
}

function Audience({ flag, scope }: { flag: ListedFlag; scope: Scope }) {
  const elsewhere = scope.project.environments.filter(
    ({ key }) => key !== scope.environment.key && flag.active_in.includes(key),
  );
  return (
    <span>
      <Here flag={flag} />
      {elsewhere.length > 0 && (
        <span className={styles.elsewhere}>
          On in {elsewhere.map(({ name }) => name).join(', ')}
        </span>
      )}
    </span>
  );
}

function Here({ flag }: { flag: ListedFlag }) {
  if (!flag.active) return <span className={styles.dim}>Nobody, it is off</span>;
  const words = audienceWords(flag.filters, {}, flag.overridden_on);
  const variants = flag.filters.multivariate?.variants ?? [];
  return (
    <>
      {words.charAt(0).toUpperCase() + words.slice(1)}
      {variants.length > 0 && <span className={styles.dim}> · {outcomeWords(flag.filters)}</span>}
    </>
  );
}

function LastChange({ flag }: { flag: ListedFlag }) {
  const editor = flag.last_modified_by;
  return (
    <span className={styles.dim}>
      <Time at={flag.updated_at} />
      {editor && (
        <>
          <br />
          {editor.first_name || editor.email}
        </>
      )}
    </span>
  );
}
