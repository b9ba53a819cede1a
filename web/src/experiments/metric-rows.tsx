// A metric with its variants: values, the change with its interval, how sure it is, and the verdict.
import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowUpRight,
  IconMinus,
  IconTrendingDown,
  IconTrendingUp,
} from '@tabler/icons-react';
import type { Units } from 'serin/experiments/units';
import type { MetricAnswer, Results, ShownExperiment, VariantAnswer } from '../api/experiments.ts';
import { LiftAxis, LiftBar } from '../charts/lift-bar.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { waitWords } from './advice.ts';
import {
  chanceText,
  guardrailWords,
  intervalOf,
  intervalText,
  liftText,
  type Outcome,
  outcomeOf,
  pText,
} from './experiment-words.ts';
import { basisText, metricName, metricOf, missingWords, valueText } from './metric-words.ts';
import styles from './results.module.css';

type MetricRowsProps = {
  readonly answer: MetricAnswer;
  readonly experiment: ShownExperiment;
  readonly results: Results;
  readonly limit: number;
  readonly onOpen: () => void;
};

export function MetricRows({ answer, experiment, results, limit, onOpen }: MetricRowsProps) {
  const metric = metricOf(answer);
  const name = metricName(metric, results.units);
  const isUp = metric.goal !== 'decrease';
  const Goal = isUp ? IconTrendingUp : IconTrendingDown;
  const method = answer.variant_results[0]?.method;
  return (
    <div className={styles.metric}>
      <div className={styles.metricHead}>
        <span className={styles.metricName}>
          <Goal
            size={18}
            stroke={1.8}
            role="img"
            aria-label={isUp ? 'More is better' : 'Less is better'}
          />
          {name}
        </span>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`Details of ${name}`}
          onClick={onOpen}
        >
          Details
        </Button>
      </div>
      {answer.error ? (
        <p className={styles.line} role="alert">
          <IconAlertTriangle size={18} className={styles.watch} aria-hidden />
          It cannot be counted. {answer.error}
        </p>
      ) : (
        <table className={styles.rows} aria-label={name}>
          <RowsHead method={method} limit={limit} />
          <tbody>
            <tr>
              <th scope="row">
                <code>{answer.baseline.key}</code>
              </th>
              <Value answer={answer} arm={answer.baseline} units={results.units} />
              <td colSpan={4}>
                <span className={styles.small}>The others are compared with it</span>
              </td>
            </tr>
            {answer.variant_results.map((variant) => (
              <VariantRow
                key={variant.key}
                answer={answer}
                variant={variant}
                limit={limit}
                units={results.units}
                wait={waitWords(experiment, results, [answer.baseline, variant])}
                guardrail={results.recommendation.guardrails.find(
                  (one) => one.variant === variant.key && one.metric_uuid === metric.uuid,
                )}
              />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

type RowsHeadProps = {
  readonly method: VariantAnswer['method'] | undefined;
  readonly limit: number;
};

function RowsHead({ method, limit }: RowsHeadProps) {
  return (
    <thead>
      <tr>
        <th scope="col" className={styles.colVariant}>
          Variant
        </th>
        <th scope="col" className={styles.colValue}>
          Value
        </th>
        <th scope="col" className={styles.colLift}>
          Change
        </th>
        <th scope="col">
          <LiftAxis limit={limit} />
        </th>
        <th scope="col" className={styles.colSure}>
          {method === 'frequentist' ? 'p' : 'Chance to win'}
        </th>
        <th scope="col" className={styles.colState}>
          Verdict
        </th>
      </tr>
    </thead>
  );
}

type ValueProps = {
  readonly answer: MetricAnswer;
  readonly arm: MetricAnswer['baseline'];
  readonly units: Units;
};

function Value({ answer, arm, units }: ValueProps) {
  const metric = metricOf(answer);
  return (
    <td>
      {valueText(metric, arm.value)}
      <span className={styles.small}>
        {basisText(metric, arm.number_of_samples, arm.sum, units)}
      </span>
    </td>
  );
}

type VariantRowProps = {
  readonly answer: MetricAnswer;
  readonly variant: VariantAnswer;
  readonly limit: number;
  readonly units: Units;
  /** How long until there are people enough. */
  readonly wait: string | undefined;
  readonly guardrail: Results['recommendation']['guardrails'][number] | undefined;
};

function VariantRow({ answer, variant, limit, units, wait, guardrail }: VariantRowProps) {
  const missing = missingWords(answer, variant, units);
  const moved = variant.lift;
  return (
    <tr>
      <th scope="row">
        <code>{variant.key}</code>
      </th>
      <Value answer={answer} arm={variant} units={units} />
      {missing || moved === null ? (
        <td colSpan={4}>
          {guardrail && guardrail.state !== 'undecided' && (
            <GuardrailBadge state={guardrail.state} />
          )}
          <span className={styles.small}>
            Not enough yet{wait ? `, ${wait}` : ''}: {missing ?? 'control’s value is zero.'}
          </span>
        </td>
      ) : (
        <Compared {...{ answer, variant, limit, guardrail, moved }} />
      )}
    </tr>
  );
}

/** Cells: the change, its interval, how sure it is, the verdict. */
function Compared(props: Omit<VariantRowProps, 'wait' | 'units'> & { readonly moved: number }) {
  const { answer, variant, limit, guardrail, moved } = props;
  const metric = metricOf(answer);
  const outcome = outcomeOf(variant, metric.goal);
  const interval = intervalOf(variant);
  return (
    <>
      <td className={`${styles.lift} ${outcome === 'none' ? '' : styles[outcome]}`}>
        {liftText(moved)}
        {Math.abs(moved) > SUSPICIOUS && variant.sum > ENOUGH && (
          <span className={styles.small}>Large: look for a mistake</span>
        )}
      </td>
      <td className={styles.bar}>
        <LiftBar
          label={`${variant.key}: ${liftText(moved)}, between ${intervalText(interval)}`}
          lift={moved}
          low={interval?.[0] ?? null}
          high={interval?.[1] ?? null}
          tone={outcome}
          limit={limit}
          threshold={thresholdOf(metric)}
        />
        <span className={styles.small} aria-hidden>
          {intervalText(interval)}
        </span>
      </td>
      <td>
        {variant.method === 'frequentist'
          ? pText(variant.p_value_adjusted ?? variant.p_value)
          : chanceText(variant.chance_to_win)}
      </td>
      <td>
        {guardrail ? (
          <GuardrailBadge state={guardrail.state} />
        ) : (
          <Verdict outcome={outcome} moved={moved} />
        )}
      </td>
    </>
  );
}

/** Changes beyond a half, of more than 150, are mistakes more often than not. */
const SUSPICIOUS = 0.5;
const ENOUGH = 150;

type GuardrailState = Results['recommendation']['guardrails'][number]['state'];

function GuardrailBadge({ state }: { state: GuardrailState }) {
  const { tone, label } = guardrailWords(state);
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
}

/** Of a guardrail that is a share of control’s value: where harm begins on the axis. */
function thresholdOf({ guardrail, goal }: ReturnType<typeof metricOf>): number | undefined {
  if (!guardrail || guardrail.threshold_kind !== 'relative') return undefined;
  return goal === 'decrease' ? guardrail.threshold : -guardrail.threshold;
}

const VERDICTS = {
  good: { tone: 'safe', label: 'Better' },
  bad: { tone: 'harm', label: 'Worse' },
  none: { tone: 'neutral', label: 'No difference seen' },
} as const;

function Verdict({ outcome, moved }: { outcome: Outcome; moved: number }) {
  const { tone, label } = VERDICTS[outcome];
  const Icon = outcome === 'none' ? IconMinus : moved > 0 ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span className={`${styles.line} ${outcome === 'none' ? styles.dim : styles[tone]}`}>
      <Icon size={16} aria-hidden />
      {label}
    </span>
  );
}
