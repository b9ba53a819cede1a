// Keeps the people behind a number as a static cohort.
import { Button } from '@mantine/core';
import { IconUsersPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCreateCohort } from '../api/cohorts.ts';
import type { ActorsSource } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { formatNumber } from '../ui/format.ts';
import { NameDialog } from './name-dialog.tsx';
import styles from './explorer.module.css';

type KeepAsCohortProps = {
  readonly scope: Scope;
  readonly source: ActorsSource;
  /** Suggested. */
  readonly name: string;
};

export function KeepAsCohort({ scope, source, name: suggested }: KeepAsCohortProps) {
  const [isOpen, setOpen] = useState(false);
  const create = useCreateCohort(scope);
  if (create.isSuccess) {
    const { id, name, count } = create.data;
    return (
      <p role="status" className={styles.peopleCount}>
        {formatNumber(count ?? 0)} listed in{' '}
        <Link to="/cohorts/$cohortId" params={{ cohortId: String(id) }}>
          {name}
        </Link>
      </p>
    );
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconUsersPlus size={16} />}
        onClick={() => setOpen(true)}
      >
        Save as cohort
      </Button>
      <NameDialog
        title="Save these people as a cohort"
        action="Save cohort"
        name={suggested}
        description=""
        isOpen={isOpen}
        error={create.error}
        isPending={create.isPending}
        onClose={() => setOpen(false)}
        onName={async ({ name, description }) => {
          const query = { kind: 'ActorsQuery', source };
          await create.mutateAsync({ name, description, is_static: true, query });
          setOpen(false);
        }}
      />
    </>
  );
}
