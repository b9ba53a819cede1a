// What is known of the plan while it is written: people, time and odds of each stage, what each guardrail measured
// lately, and what is unwise, with what would mend it.
import { Button, Loader } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconBulb } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, describeError } from '../api/client.ts';
import { type Check, checkQuery, type Warning } from '../api/rollout-advice.ts';
import type { Scope } from '../api/session.ts';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { CheckBands } from './check-bands.tsx';
import { CheckStages } from './check-stages.tsx';
import styles from './check-panel.module.css';
import type { PlanInput } from './plan-draft.ts';

type CheckPanelProps = {
  readonly scope: Scope;
  readonly plan: PlanInput;
  /** Nothing is missing that the form knows of. */
  readonly isComplete: boolean;
  readonly onMend: (changes: Warning['mends'][number]['changes']) => void;
};

const TYPING_MS = 600;

export function CheckPanel({ scope, plan, isComplete, onMend }: CheckPanelProps) {
  const [settled] = useDebouncedValue(plan, TYPING_MS);
  const check = useQuery({ ...checkQuery(scope, settled), enabled: isComplete });
  return (
    <aside className={styles.panel} aria-label="Check of the plan">
      <Section
        title="What to expect"
        actions={check.isFetching ? <Loader size="xs" aria-label="Checking" /> : undefined}
      >
        <div className={styles.body}>
          {!isComplete && <p className={styles.quiet}>{INCOMPLETE}</p>}
          {isComplete && check.isPending && <p className={styles.quiet}>Looking at the past…</p>}
          {isComplete && check.isError && <Refused error={check.error} />}
          {isComplete && check.data && <Findings check={check.data} onMend={onMend} />}
        </div>
      </Section>
    </aside>
  );
}

const INCOMPLETE =
  'Choose a flag and fill in what is missing; then this says how many people each stage sees, how long it takes, and what it could miss.';

function Refused({ error }: { error: unknown }) {
  const isOfPlan = error instanceof ApiError && error.attr !== null;
  const { title, detail } = describeError(error);
  return (
    <p className={styles.refused} role="status">
      {isOfPlan ? `${error.attr}: ${error.message}` : `${title} ${detail}`}
    </p>
  );
}

type FindingsProps = { readonly check: Check; readonly onMend: CheckPanelProps['onMend'] };

function Findings({ check, onMend }: FindingsProps) {
  const { problems, warnings, population, stages, guardrails, expected_seconds: all } = check;
  const perDay = formatNumber(Math.round(population.per_day));
  const whose = population.of === 'flag' ? 'people use the flag on a day' : 'people come on a day';
  return (
    <>
      {problems.length > 0 && (
        <ul className={styles.problems} aria-label="What would be refused">
          {problems.map(({ field, reason }) => (
            <li key={field + reason}>{reason}</li>
          ))}
        </ul>
      )}
      <p className={styles.lead}>
        <strong>{perDay}</strong> {whose}.{' '}
        {all === null
          ? 'At that rate the plan does not end by itself.'
          : `If nothing is wrong, everyone has it after about ${formatDuration(Math.round(all))}.`}
      </p>
      <CheckStages stages={stages} />
      <CheckBands guardrails={guardrails} />
      <Warnings warnings={warnings} onMend={onMend} />
    </>
  );
}

function Warnings({
  warnings,
  onMend,
}: Pick<FindingsProps, 'onMend'> & { warnings: readonly Warning[] }) {
  if (warnings.length === 0) return <p className={styles.quiet}>Nothing to warn of.</p>;
  const serious = warnings.filter(({ level }) => level === 'warning');
  const others = warnings.filter(({ level }) => level === 'advice');
  return (
    <>
      <WarningList warnings={serious} onMend={onMend} />
      {others.length > 0 && (
        <details className={styles.advice}>
          <summary>Good to know ({others.length})</summary>
          <WarningList warnings={others} onMend={onMend} />
        </details>
      )}
    </>
  );
}

function WarningList({
  warnings,
  onMend,
}: Pick<FindingsProps, 'onMend'> & { warnings: readonly Warning[] }) {
  return (
    <ul className={styles.warnings}>
      {warnings.map(({ code, field, level, text, mends }) => (
        <li key={`${code} ${field} ${text}`} className={styles.warning}>
          <span className={level === 'warning' ? styles.markWarning : styles.mark} aria-hidden>
            {level === 'warning' ? <IconAlertTriangle size={16} /> : <IconBulb size={16} />}
          </span>
          <div>
            <span>{text}</span>
            {mends.length > 0 && (
              <div className={styles.mends}>
                {mends.map(({ label, changes }) => (
                  <Button
                    key={label}
                    variant="default"
                    size="compact-xs"
                    onClick={() => onMend(changes)}
                  >
                    {label}
                  </Button>
                ))}
              </div>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
