// Metrics of one role: what each variant did against control, with the interval on an axis that they share.
import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowUpRight,
  IconMinus,
  IconTrendingDown,
  IconTrendingUp,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Experiment, MetricAnswer, Results, VariantAnswer } from '../api/experiments.ts';
import { LiftAxis, LiftBar, liftLimit } from '../charts/lift-bar.tsx';
import { Section } from '../ui/page.tsx';
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
import { MetricDrawer } from './metric-drawer.tsx';
import { basisText, metricName, metricOf, missingWords, valueText } from './metric-words.ts';
import styles from './results.module.css';

type Part = 'goals' | 'guardrails' | 'secondary';

type MetricsBlockProps = {
  readonly experiment: Experiment;
  readonly results: Results;
  readonly part: Part;
};

const TITLES: Record<Part, string> = {
  goals: 'Goals',
  guardrails: 'Guardrails',
  secondary: 'Other metrics',
};
const LEADS: Record<Part, string | undefined> = {
  goals: undefined,
  guardrails:
    'Proven harm beyond the dashed line takes everyone back to control, whatever the goals say.',
  secondary: 'Worth knowing; nothing is decided by them.',
};

function answersOf(results: Results, part: Part): readonly MetricAnswer[] {
  if (part === 'goals') return results.metrics;
  const isGuard = part === 'guardrails';
  return results.metrics_secondary.filter(
    (answer) => Boolean(metricOf(answer).guardrail) === isGuard,
  );
}

export function MetricsBlock({ experiment, results, part }: MetricsBlockProps) {
  const [opened, setOpened] = useState<string | null>(null);
  const answers = answersOf(results, part);
  if (answers.length === 0) return null;
  const limit = liftLimit(
    answers.flatMap(({ variant_results: variants }) =>
      variants.flatMap((one) => {
        const [low = null, high = null] = intervalOf(one) ?? [];
        return one.lift === null ? [] : [{ lift: one.lift, low, high }];
      }),
    ),
  );
  const shown = answers.find(({ metric }) => metric['uuid'] === opened);
  return (
    <Section title={TITLES[part]} lead={LEADS[part]} flush>
      {answers.map((answer) => (
        <MetricRows
          key={String(answer.metric['uuid'])}
          answer={answer}
          experiment={experiment}
          results={results}
          limit={limit}
          onOpen={() => setOpened(String(answer.metric['uuid']))}
        />
      ))}
      <MetricDrawer
        answer={shown}
        experiment={experiment}
        results={results}
        onClose={() => setOpened(null)}
      />
    </Section>
  );
}

type MetricRowsProps = {
  readonly answer: MetricAnswer;
  readonly experiment: Experiment;
  readonly results: Results;
  readonly limit: number;
  readonly onOpen: () => void;
};

function MetricRows({ answer, experiment, results, limit, onOpen }: MetricRowsProps) {
  const metric = metricOf(answer);
  const name = metricName(metric);
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
              <Value answer={answer} arm={answer.baseline} />
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
                wait={waitWords(experiment, results, [answer.baseline, variant])}
                guardrail={results.recommendation.guardrails.find(
                  (one) =>
                    one.variant === variant.key && one.name === (metric.name ?? metric.metric_type),
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

function Value({ answer, arm }: { answer: MetricAnswer; arm: MetricAnswer['baseline'] }) {
  const metric = metricOf(answer);
  return (
    <td>
      {valueText(metric, arm.value)}
      <span className={styles.small}>{basisText(metric, arm.number_of_samples, arm.sum)}</span>
    </td>
  );
}

type VariantRowProps = {
  readonly answer: MetricAnswer;
  readonly variant: VariantAnswer;
  readonly limit: number;
  /** How long until there are people enough. */
  readonly wait: string | undefined;
  readonly guardrail: Results['recommendation']['guardrails'][number] | undefined;
};

function VariantRow({ answer, variant, limit, wait, guardrail }: VariantRowProps) {
  const metric = metricOf(answer);
  const missing = missingWords(answer, variant);
  const outcome = outcomeOf(variant, metric.goal);
  const interval = intervalOf(variant);
  const moved = variant.lift;
  return (
    <tr>
      <th scope="row">
        <code>{variant.key}</code>
      </th>
      <Value answer={answer} arm={variant} />
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
        <>
          <td className={`${styles.lift} ${outcome === 'none' ? '' : styles[outcome]}`}>
            {liftText(moved)}
            {Math.abs(moved) > 0.5 && variant.sum > 150 && (
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
      )}
    </tr>
  );
}

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
    <span className={`${styles.line} ${styles[tone]}`}>
      <Icon size={16} aria-hidden />
      {label}
    </span>
  );
}
