// What can be done to the chosen errors.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type IssueStatus, type ListedIssue, useChangeIssues } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { ChosenBar } from '../ui/chosen-bar.tsx';
import { plural } from '../ui/format.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import { JoinDialog } from './join-dialog.tsx';

type IssuesBarProps = {
  readonly scope: Scope;
  readonly chosen: readonly ListedIssue[];
  readonly onDone: () => void;
};

const CHANGES: readonly { status: IssueStatus; label: string; done: string }[] = [
  { status: 'active', label: 'Open again', done: 'opened again' },
  { status: 'suppressed', label: 'Ignore', done: 'ignored' },
  { status: 'resolved', label: 'Resolve', done: 'resolved' },
];

export function IssuesBar({ scope, chosen, onDone }: IssuesBarProps) {
  // As they were when the dialog opened: the list goes on under it.
  const [joining, setJoining] = useState<readonly ListedIssue[]>();
  const change = useChangeIssues(scope);
  const press = (status: IssueStatus, did: string) => {
    const ids = chosen.filter((issue) => issue.status !== status).map(({ id }) => id);
    change.mutate(
      { ids, status },
      {
        onSuccess: ({ done, error }) => {
          const of = done < ids.length ? `${done} of ` : '';
          if (done > 0) toastDone(`${of}${plural(ids.length, 'error')} ${did}.`);
          if (error === undefined) onDone();
          else toastError(error);
        },
      },
    );
  };
  return (
    <>
      {chosen.length > 0 && (
        <ChosenBar label="Chosen errors" count={plural(chosen.length, 'error')} onClear={onDone}>
          <Button
            variant="default"
            size="compact-sm"
            disabled={chosen.length < 2 || change.isPending}
            onClick={() => setJoining(chosen)}
          >
            Join…
          </Button>
          {CHANGES.filter(({ status }) => chosen.some((issue) => issue.status !== status)).map(
            ({ status, label, done }) => (
              <Button
                key={status}
                variant="default"
                size="compact-sm"
                disabled={change.isPending}
                onClick={() => press(status, done)}
              >
                {label}
              </Button>
            ),
          )}
        </ChosenBar>
      )}
      {joining && (
        <JoinDialog
          scope={scope}
          issues={joining}
          onClose={() => setJoining(undefined)}
          onJoined={onDone}
        />
      )}
    </>
  );
}
