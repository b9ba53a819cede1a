// How far the people of a cohort by events are counted, and copies that stay as they are.
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type Cohort, useCalculateCohort, useCopyCohort } from '../api/cohorts.ts';
import type { Scope } from '../api/session.ts';
import { Section } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './cohorts.module.css';

type Props = { readonly scope: Scope; readonly cohort: Cohort };

export function CountSection({ scope, cohort }: Props) {
  const calculate = useCalculateCohort(scope, String(cohort.id));
  const { is_calculating: isCounting, last_calculation: at, errors_calculating: errors } = cohort;
  const isOld = at !== null && cohort.last_calculation_version !== cohort.version;
  const again = () => calculate.mutate(undefined, { onError: toastError });
  return (
    <Section
      title="Count"
      lead="People are counted from their events every 15 minutes, and after every change."
    >
      <div className={styles.stack} aria-live="polite">
        <Group gap="sm">
          {isCounting ? (
            <StatusBadge tone="info" live>
              Counting…
            </StatusBadge>
          ) : (
            <StatusBadge tone={errors > 0 ? 'harm' : 'safe'}>
              {errors > 0 ? 'Failed' : 'Counted'}
            </StatusBadge>
          )}
          <span className={styles.dim}>
            {at === null ? (
              'Not counted yet.'
            ) : (
              <>
                Last counted <Time at={at} />.
              </>
            )}
          </span>
          <Button
            variant="default"
            size="compact-sm"
            disabled={isCounting}
            loading={calculate.isPending}
            onClick={again}
          >
            {errors > 0 ? 'Try again' : 'Count now'}
          </Button>
        </Group>
        {isOld && (
          <Alert icon={<IconInfoCircle size={18} />}>
            Who is shown below met the conditions from before the last change.
          </Alert>
        )}
        {errors > 0 && (
          <Alert color="harm" role="alert" icon={<IconAlertTriangle size={18} />}>
            {cohort.last_error_message} Who was in it before still is.
          </Alert>
        )}
      </div>
    </Section>
  );
}

/** Flags take a copy of a cohort by events: they are answered without looking through events. */
export function CopyButton({ scope, cohort }: Props) {
  const navigate = useNavigate();
  const copy = useCopyCohort(scope, String(cohort.id));
  const make = () =>
    copy.mutate(undefined, {
      onError: toastError,
      onSuccess: ({ id, name }) => {
        toastDone(`${name} is created; flags can use it.`);
        void navigate({ to: '/cohorts/$cohortId', params: { cohortId: String(id) } });
      },
    });
  return (
    <Button
      variant="default"
      loading={copy.isPending}
      disabled={cohort.count === null}
      onClick={make}
    >
      Save static copy
    </Button>
  );
}
