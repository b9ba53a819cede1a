// A metric with its variants, the first row what they are compared with; and its place among the others.
import { metricName } from 'serin/experiments/metric-words';
import { Button, Group } from '@mantine/core';
import { IconAlertTriangle, IconTrendingDown, IconTrendingUp } from '@tabler/icons-react';
import type { Units } from 'serin/kernel/units';
import type { MetricAnswer, Results, ShownExperiment, VariantAnswer } from '../api/experiments.ts';
import { LiftAxis, liftLimit } from '../charts/lift-bar.tsx';
import { perDay, waitWords } from './advice.ts';
import { CONTROL } from './draft.ts';
import { basisText, metricOf, valueText } from './metric-words.ts';
import { MoveButtons, type Place } from './move-buttons.tsx';
import styles from './results.module.css';
import { VariantRow } from './variant-row.tsx';
import { type Effect, type Scale, effectOf } from './view.ts';

type MetricRowsProps = {
  readonly answer: MetricAnswer;
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** Of all metrics of the block, in percent; other units are each metric's own. */
  readonly limit: number;
  readonly scale: Scale;
  readonly onOpen: () => void;
  /** A place further up (−1) or down (1); undefined: there is nothing to move past. */
  readonly onMove: ((by: -1 | 1) => void) | undefined;
  readonly place: Place;
};

export function MetricRows(props: MetricRowsProps) {
  const { answer, experiment, results, scale } = props;
  const metric = metricOf(answer);
  const pace = perDay(experiment, results);
  const effects = answer.variant_results.map((one) => effectOf(metric, one, scale, pace));
  const limit = scale === 'relative' ? props.limit : ownLimit(effects);
  const name = metricName(metric, results.units);
  const method = answer.variant_results[0]?.method;
  const { sequential: isAnytime } = results.plan;
  return (
    <div className={styles.metric}>
      <MetricHead {...props} name={name} isUp={metric.goal !== 'decrease'} />
      {answer.error ? (
        <p className={styles.line} role="alert">
          <IconAlertTriangle size={18} className={styles.watch} aria-hidden />
          It cannot be counted. {answer.error}
        </p>
      ) : (
        <table className={styles.rows} aria-label={name}>
          <RowsHead
            method={method}
            isAnytime={isAnytime}
            limit={limit}
            text={effects.find((one) => one !== null)?.text}
          />
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
            {answer.variant_results.map((variant, index) => (
              <VariantRow
                key={variant.key}
                answer={answer}
                variant={variant}
                effect={effects[index] ?? null}
                scale={scale}
                method={{ isBayesian: method === 'bayesian', isAnytime }}
                limit={limit}
                units={results.units}
                value={<Value answer={answer} arm={variant} units={results.units} />}
                wait={waitWords(experiment, results, [answer.baseline, variant])}
                guardrail={
                  // Guardrails hold variants against control.
                  answer.baseline.key === CONTROL
                    ? results.recommendation.guardrails.find(
                        (one) => one.variant === variant.key && one.metric_uuid === metric.uuid,
                      )
                    : undefined
                }
              />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

type MetricHeadProps = Pick<MetricRowsProps, 'onOpen' | 'onMove' | 'place'> & {
  readonly name: string;
  readonly isUp: boolean;
};

function MetricHead({ name, isUp, onOpen, onMove, place }: MetricHeadProps) {
  const Goal = isUp ? IconTrendingUp : IconTrendingDown;
  return (
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
      <Group gap={4} wrap="nowrap">
        {onMove && <MoveButtons name={name} place={place} onMove={onMove} />}
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`Details of ${name}`}
          onClick={onOpen}
        >
          Details
        </Button>
      </Group>
    </div>
  );
}

/** Of one metric, in its own units. */
function ownLimit(effects: readonly (Effect | null)[]): number {
  const rows = effects.flatMap((one) => (one ? [{ ...one, lift: one.moved }] : []));
  const most = Math.max(0, ...rows.map(({ moved }) => Math.abs(moved)));
  return liftLimit(rows, most === 0 ? 1 : most / 2);
}

type RowsHeadProps = {
  readonly method: VariantAnswer['method'] | undefined;
  readonly isAnytime: boolean;
  readonly limit: number;
  readonly text: ((value: number) => string) | undefined;
};

function RowsHead({ method, isAnytime, limit, text }: RowsHeadProps) {
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
          <LiftAxis limit={limit} text={text} middle={isAnytime ? 'valid at any time' : '0'} />
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
