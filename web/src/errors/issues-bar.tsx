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

export function IssuesBar({ scope, chosen, onDone }: IssuesBarProps) {
  const [isJoining, setJoining] = useState(false);
  const change = useChangeIssues(scope);
  if (chosen.length === 0) return null;
  const press = (status: IssueStatus, done: string) => () =>
    change.mutate(
      { ids: chosen.map(({ id }) => id), status },
      {
        onSuccess: () => {
          toastDone(`${plural(chosen.length, 'error')} ${done}.`);
          onDone();
        },
        onError: toastError,
      },
    );
  return (
    <>
      <ChosenBar label="Chosen errors" count={plural(chosen.length, 'error')} onClear={onDone}>
        <Button
          variant="default"
          size="compact-sm"
          disabled={chosen.length < 2 || change.isPending}
          onClick={() => setJoining(true)}
        >
          Join…
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          disabled={change.isPending}
          onClick={press('suppressed', 'ignored')}
        >
          Ignore
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          disabled={change.isPending}
          onClick={press('resolved', 'resolved')}
        >
          Resolve
        </Button>
      </ChosenBar>
      {isJoining && (
        <JoinDialog
          scope={scope}
          issues={chosen}
          onClose={() => setJoining(false)}
          onJoined={onDone}
        />
      )}
    </>
  );
}
