// Plays a plan over the people of the last week, and shows what it would have done. The result is kept.
import { Button, Loader } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type DryRunWish, useDryRun } from '../api/rollout-advice.ts';
import type { Scope } from '../api/session.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import styles from './check-panel.module.css';
import { DryRunOutcome } from './dry-run-outcome.tsx';

type DryRunButtonProps = {
  readonly scope: Scope;
  readonly wish: DryRunWish;
  readonly isComplete: boolean;
};

export function DryRunButton({ scope, wish, isComplete }: DryRunButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const run = useDryRun(scope);
  return (
    <>
      <Button
        variant="default"
        disabled={!isComplete}
        onClick={() => {
          setOpen(true);
          run.mutate(wish);
        }}
      >
        Try on last week…
      </Button>
      <SideDialog
        opened={isOpen}
        onClose={() => setOpen(false)}
        position="right"
        size="min(640px, 100vw)"
        title="On the people of the last seven days"
      >
        <div className={styles.body}>
          {run.isPending && (
            <p className={styles.quiet}>
              <Loader size="xs" /> Playing it… this may take half a minute.
            </p>
          )}
          <ErrorAlert error={run.error} />
          {run.data && !run.isPending && (
            <>
              <DryRunOutcome run={run.data} />
              <p className={styles.quiet}>
                It is kept among <Link to="/rollouts/dry-runs">all dry runs</Link>.
              </p>
            </>
          )}
        </div>
      </SideDialog>
    </>
  );
}
