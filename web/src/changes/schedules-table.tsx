// Scheduled changes: those to come can be cancelled, others say what became of them.
import { Button } from '@mantine/core';
import { IconCalendarTime } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { cancelSchedule, type ScheduledChange, useChange } from '../api/changes.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './changes.module.css';
import { MoveSchedule } from './move-schedule.tsx';
import { localWords, scheduleState, settingWords } from './request-words.ts';

type SchedulesTableProps = {
  readonly scope: Scope;
  readonly changes: readonly ScheduledChange[];
  /** The table stands on the page of one flag. */
  readonly isOfOneFlag?: boolean;
  readonly empty: string;
};

export function SchedulesTable({
  scope,
  changes,
  isOfOneFlag = false,
  empty,
}: SchedulesTableProps) {
  const cancel = useCancel(scope);
  const [moved, setMoved] = useState<ScheduledChange | null>(null);
  if (changes.length === 0) {
    return (
      <EmptyState icon={<IconCalendarTime size={24} stroke={1.6} />} title="Nothing here">
        {empty}
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        label="Scheduled changes"
        columns={columnsFor(isOfOneFlag, setMoved, (change) => void cancel(change))}
        rows={changes}
        rowKey={({ id }) => id}
      />
      {moved && <MoveSchedule change={moved} scope={scope} onClose={() => setMoved(null)} />}
    </>
  );
}

function columnsFor(
  isOfOneFlag: boolean,
  onMove: (change: ScheduledChange) => void,
  onCancel: (change: ScheduledChange) => void,
): Column<ScheduledChange>[] {
  const what: Column<ScheduledChange> = {
    title: 'Change',
    lead: true,
    cell: ({ change, flag, reason }) => (
      <div className={styles.title}>
        {!isOfOneFlag && (
          <Link
            to="/feature-flags/$flagId"
            params={{ flagId: String(flag.id) }}
            search={{ tab: 'changes' }}
            className={`${styles.link} ${styles.mono}`}
          >
            {flag.key}
          </Link>
        )}
        <span>{settingWords(change)}</span>
        {reason && <span className={styles.dim}>{reason}</span>}
      </div>
    ),
  };
  return [
    what,
    {
      title: 'When',
      ownLineNarrow: true,
      cell: ({ due }) => (
        <div className={styles.title}>
          <span>{localWords(due.local_time)}</span>
          <span className={styles.dim}>
            {due.time_zone} · <Time at={due.at} />
          </span>
        </div>
      ),
    },
    {
      title: 'State',
      cell: (change) => {
        const { label, tone } = scheduleState(change);
        return (
          <div className={styles.title}>
            <StatusBadge tone={tone}>{label}</StatusBadge>
            {change.state !== 'applied' && change.outcome && (
              <span className={styles.dim}>{change.outcome}</span>
            )}
          </div>
        );
      },
    },
    { title: 'Planned by', hideNarrow: true, cell: ({ author }) => author.label },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (change) =>
        change.state === 'pending' && (
          <RowActions change={change} onMove={onMove} onCancel={onCancel} />
        ),
    },
  ];
}

type RowActionsProps = {
  readonly change: ScheduledChange;
  readonly onMove: (change: ScheduledChange) => void;
  readonly onCancel: (change: ScheduledChange) => void;
};

function RowActions({ change, onMove, onCancel }: RowActionsProps) {
  const what = `${change.flag.key}, ${settingWords(change.change)}`;
  return (
    <span className={styles.actions}>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-label={`Edit: ${what}`}
        onClick={() => onMove(change)}
      >
        Edit
      </Button>
      <Button
        variant="subtle"
        color="harm"
        size="compact-sm"
        aria-label={`Cancel: ${what}`}
        onClick={() => onCancel(change)}
      >
        Cancel
      </Button>
    </span>
  );
}

function useCancel(scope: Scope) {
  const confirm = useConfirm();
  const cancel = useChange(cancelSchedule(scope));
  return async ({ id, version, flag, change }: ScheduledChange) => {
    const answer = await confirm({
      title: `Cancel this change of ${flag.key}?`,
      body: `${settingWords(change)} will not happen.`,
      action: 'Cancel the change',
      tone: 'harm',
    });
    if (!answer) return;
    cancel.mutate(
      { id, version },
      { onError: toastError, onSuccess: () => toastDone('The change is cancelled.') },
    );
  };
}
