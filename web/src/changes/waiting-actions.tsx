// Beside the button that saves a change: proposing it to others, or planning it for a time.
import { Alert, Button } from '@mantine/core';
import { IconCalendarTime, IconGitPullRequest } from '@tabler/icons-react';
import { useState } from 'react';
import type { NewSchedule } from '../api/changes.ts';
import type { Flag, FlagChange } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { approvalWords, missingForChange } from '../environments/protection-words.ts';
import { usePropose } from './proposal.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';

/** Fields of a flag that nobody is served: they are saved without anybody's approval. */
const WORDS: ReadonlySet<string> = new Set(['name', 'tags', 'version', 'reason', 'owner_id']);

/** Whether a change of these fields must be approved by others before it is made. */
export function mustBeProposed(scope: Scope, change: FlagChange): boolean {
  if (missingForChange(scope.environment.protection) !== 'approval') return false;
  return Object.keys(change).some((field) => !WORDS.has(field));
}

export function ProtectedNotice({ scope }: { scope: Scope }) {
  const { name, protection } = scope.environment;
  return (
    <Alert color="info" title={`${name} is protected`}>
      {approvalWords(name, protection.required_approvals)}
    </Alert>
  );
}

type WaitingActionsProps = {
  readonly flag: Flag;
  readonly scope: Scope;
  /** With the version that was looked at. */
  readonly change: FlagChange;
  readonly reason: string;
  /** Runs once it is proposed or planned. */
  readonly onDone: () => void;
};

/** `Propose…`, and `Plan…` where the change is only about who gets what. */
export function WaitingActions({ flag, scope, change, reason, onDone }: WaitingActionsProps) {
  const propose = usePropose();
  const [isPlanning, setPlanning] = useState(false);
  const isNeeded = mustBeProposed(scope, change);
  const { filters } = change;
  const isOnlyFilters = filters && Object.keys(change).every((field) => field !== 'key');
  return (
    <>
      {!isNeeded && isOnlyFilters && (
        <Button
          variant="subtle"
          leftSection={<IconCalendarTime size={16} />}
          onClick={() => setPlanning(true)}
        >
          Plan…
        </Button>
      )}
      <Button
        variant={isNeeded ? 'filled' : 'subtle'}
        leftSection={<IconGitPullRequest size={16} />}
        onClick={() => propose({ flag, change, title: `Change ${flag.key}`, reason, onDone })}
      >
        Propose…
      </Button>
      {isPlanning && filters && (
        <ScheduleDialog
          flag={flag}
          scope={scope}
          setting={{ filters } as NewSchedule['change']}
          onClose={() => setPlanning(false)}
          onDone={onDone}
        />
      )}
    </>
  );
}
