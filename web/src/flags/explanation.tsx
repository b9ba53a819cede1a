// An evaluation taken apart: the outcome, the steps before the condition sets, then each set.
import { IconArrowBadgeRight, IconPoint } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Filters } from 'serin/flags/flag';
import type { FlagTest } from '../api/evaluations.ts';
import type { Names } from '../targeting/names.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { outcomeWords, stepWords, valueWords } from './evaluation-words.ts';
import { ExplainedSet } from './explained-set.tsx';
import styles from './flag-try.module.css';

type ExplanationProps = {
  readonly test: FlagTest;
  /** Of the version that was evaluated. */
  readonly filters: Pick<Filters, 'groups' | 'aggregation_group_type_index' | 'early_exit'>;
  readonly names: Names;
  /** The distinct id that was asked about. */
  readonly person: string;
};

export function Explanation({ test, filters, names, person }: ExplanationProps) {
  const { enabled, variant, payload, steps, conditions } = test;
  return (
    <div className={styles.explanation}>
      <Outcome test={test} person={person} value={enabled && (variant ?? true)} payload={payload} />
      <Steps steps={steps} />
      {conditions.length > 0 && (
        <ol className={styles.sets}>
          {conditions.map((condition) => (
            <ExplainedSet
              key={condition.index}
              condition={condition}
              group={filters.groups[condition.index] ?? {}}
              filters={filters}
              names={names}
              place={placeOf(test, condition.index)}
            />
          ))}
        </ol>
      )}
    </div>
  );
}

/** Whether a set decided, was tried in vain, or was not reached. */
function placeOf({ steps, enabled, reason }: FlagTest, index: number) {
  const isReached = steps.some(({ kind, decides }) => kind === 'conditions' && decides);
  if (!isReached) return 'unreached';
  const decider = reason.condition_index;
  if (decider === index && enabled) return 'decided';
  return enabled && decider !== null && index > decider ? 'unreached' : 'tried';
}

type OutcomeProps = {
  readonly test: FlagTest;
  readonly person: string;
  readonly value: boolean | string;
  readonly payload: string | null;
};

function Outcome({ test, person, value, payload }: OutcomeProps) {
  return (
    <div>
      <p className={styles.outcome}>
        {test.person_id === null ? (
          <strong>{person}</strong>
        ) : (
          <Link to="/people/$personId" params={{ personId: test.person_id }}>
            {person}
          </Link>
        )}{' '}
        gets{' '}
        <StatusBadge tone={test.enabled ? 'safe' : 'neutral'} hollow={!test.enabled}>
          {valueWords(value)}
        </StatusBadge>
      </p>
      <p className={styles.because}>{outcomeWords(test)}</p>
      {test.person_id === null && (
        <p className={styles.dim}>Nobody is known by this id, so nothing stored was used.</p>
      )}
      {payload !== null && <pre className={styles.payload}>{payload}</pre>}
    </div>
  );
}

/** Only what could have decided: most flags have no step but their sets. */
function Steps({ steps }: Pick<FlagTest, 'steps'>) {
  const told = steps.filter(({ kind, decides }) => {
    if (kind === 'conditions') return false;
    return kind !== 'switch' || decides;
  });
  if (told.length === 0) return null;
  return (
    <ul className={styles.steps} aria-label="Before the condition sets">
      {told.map((step) => (
        <li key={step.kind} className={step.decides ? styles.decides : ''}>
          {step.decides ? (
            <IconArrowBadgeRight size={16} aria-label="Decided" />
          ) : (
            <IconPoint size={16} aria-hidden />
          )}
          {stepWords(step)}
        </li>
      ))}
    </ul>
  );
}
