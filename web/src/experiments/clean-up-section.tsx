// The clean-up of the flag, once its experiment is over; gone when the flag is archived.
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Experiment } from '../api/experiments.ts';
import { flagQuery } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { cleanUpSteps } from './clean-up.ts';
import styles from './results.module.css';

export function CleanUpSection({ experiment, scope }: { experiment: Experiment; scope: Scope }) {
  const { id } = experiment.feature_flag;
  const { data: flag } = useQuery(flagQuery(scope, String(id)));
  const [openedMs] = useState(Date.now);
  if (!flag || flag.archived || flag.deleted) return null;
  const endedMs = Date.parse(experiment.end_date ?? '');
  return (
    <Section
      title="Clean up the flag"
      lead="The experiment is over: its flag has done its work."
      actions={
        <LinkButton
          to="/feature-flags/$flagId"
          params={{ flagId: String(id) }}
          variant="default"
          size="compact-md"
        >
          Open the flag
        </LinkButton>
      }
    >
      <ol className={styles.checks} aria-label="What is left to do">
        {cleanUpSteps(flag, endedMs, openedMs).map(({ isDone, label }, index) => {
          const Icon = isDone ? IconCircleCheck : IconCircle;
          return (
            <li key={label} className={styles.line}>
              <Icon
                size={18}
                stroke={1.8}
                className={isDone ? styles.safe : styles.neutral}
                role="img"
                aria-label={isDone ? 'Done' : 'To do'}
              />
              <span>
                {label}
                {index === 1 && flag.last_called_at && (
                  <span className={styles.small}>
                    Code last asked for it <Time at={flag.last_called_at} />
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
