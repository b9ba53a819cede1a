// Dry runs that were kept: what plans would have done to people of the past, each as it was found.
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type DryRun, DRY_RUN_ROWS, dryRunsQuery } from '../api/rollout-advice.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { SideDialog } from '../ui/dialog.tsx';
import { formatDuration, formatExact, formatNumber } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge, type Tone } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import styles from './check-panel.module.css';
import { DryRunOutcome } from './dry-run-outcome.tsx';
import { partsOf } from './plan-draft.ts';
import { guardrailWords, planWords } from './plan-words.ts';

const ENDS = {
  rolled_back: { label: 'Taken back', tone: 'harm' },
  held: { label: 'Stopped', tone: 'watch' },
  running: { label: 'Not over by then', tone: 'neutral' },
  released: { label: 'Went to everyone', tone: 'safe' },
} as const satisfies Record<NonNullable<DryRun['actual']>['end'], { label: string; tone: Tone }>;

function Outcome({ run: { actual, false_alarms: alarms } }: { run: DryRun }) {
  if (actual) {
    const { label, tone } = ENDS[actual.end];
    return <StatusBadge tone={tone}>{label}</StatusBadge>;
  }
  if (!alarms) return '–';
  const { rolled_back: back, paused, runs } = alarms;
  const tone = back > 0 ? 'harm' : paused > 0 ? 'watch' : 'safe';
  return (
    <StatusBadge tone={tone}>
      {back === 0 && paused === 0
        ? `No false alarm in ${runs}`
        : `Of ${runs} falsely ${back} back, ${paused} paused`}
    </StatusBadge>
  );
}

const daysOf = ({ from, until }: DryRun) =>
  formatDuration(Math.round((Date.parse(until) - Date.parse(from)) / 1000));

const COLUMNS: readonly Column<DryRun>[] = [
  {
    title: 'Flag',
    lead: true,
    cell: ({ flag_key: flagKey, rollout_id: rolloutId }) => (
      <span style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontWeight: 560 }}>
        {rolloutId ? (
          <Link to="/rollouts/$rolloutId" params={{ rolloutId }}>
            {flagKey}
          </Link>
        ) : (
          flagKey
        )}
      </span>
    ),
  },
  { title: 'Would have been', cell: (run) => <Outcome run={run} /> },
  {
    title: 'Played with',
    nameNarrow: true,
    cell: (run) => `${formatNumber(run.people)} people of ${daysOf(run)}`,
  },
  {
    title: 'When',
    shrink: true,
    align: 'end',
    cell: ({ created_at: at }) => (
      <span className={styles.quiet}>
        <Time at={at} />
      </span>
    ),
  },
];

function DryRuns() {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const [shown, setShown] = useState<DryRun | null>(null);
  const runs = useQuery(dryRunsQuery(scope, offset));
  const actions = actionsColumn<DryRun>(
    (run) => [
      {
        label: 'Open',
        name: `Open the dry run of ${run.flag_key}, ${formatExact(Date.parse(run.created_at))}`,
        onClick: () => setShown(run),
      },
    ],
    { shrink: true },
  );
  return (
    <Page>
      <PageHeader
        title="Dry runs"
        lead={`What plans would have done to people of the past in ${scope.environment.name}, by the real rules.`}
        back={{ to: '/rollouts', label: 'Rollouts' }}
      />
      <Section flush>
        <QueryView query={runs}>
          {({ results, count }) =>
            count === 0 ? (
              <EmptyState
                icon={<IconHistory size={24} stroke={1.6} />}
                title="No dry runs yet"
                action={<LinkButton to="/rollouts/new">Plan a rollout</LinkButton>}
              >
                “Try on last week…” in the form of a plan plays it over the people of the last seven
                days; every result is kept here.
              </EmptyState>
            ) : (
              <>
                <DataTable
                  label="Dry runs"
                  columns={[...COLUMNS, actions]}
                  rows={results}
                  rowKey={({ id }) => id}
                />
                {count > DRY_RUN_ROWS && (
                  <Pager
                    offset={offset}
                    shown={results.length}
                    count={count}
                    pageRows={DRY_RUN_ROWS}
                    onChange={setOffset}
                  />
                )}
              </>
            )
          }
        </QueryView>
      </Section>
      {shown && <Kept run={shown} onClose={() => setShown(null)} />}
    </Page>
  );
}

function Kept({ run, onClose }: { run: DryRun; onClose: () => void }) {
  const parts = partsOf(run.plan);
  return (
    <SideDialog
      opened
      onClose={onClose}
      position="right"
      size="min(640px, 100vw)"
      title={`Dry run of ${run.flag_key}`}
    >
      <div className={styles.body}>
        <p className={styles.quiet}>
          From {formatExact(Date.parse(run.from))} to {formatExact(Date.parse(run.until))}.
        </p>
        <p className={styles.lead}>{planWords(parts)}</p>
        <ul className={styles.warnings} aria-label="Guardrails of the plan">
          {parts.guardrails.map((guardrail) => (
            <li key={guardrail.id} className={styles.quiet}>
              {guardrailWords(guardrail)}
            </li>
          ))}
        </ul>
        <DryRunOutcome run={run} />
      </div>
    </SideDialog>
  );
}

export const dryRunsRoute = createLazyRoute('/app/rollouts/dry-runs')({ component: DryRuns });
