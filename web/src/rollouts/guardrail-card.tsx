// One guardrail at one look: what it found in both arms with intervals and limits, and how many people it still takes.
import type { ReactNode } from 'react';
import { PEOPLE, type Units } from 'serin/kernel/units';
import { IntervalChart, type Limit } from '../charts/interval-chart.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { BandIcon } from './band-icon.tsx';
import styles from './rollout.module.css';
import {
  armWords,
  bandAt,
  bandWordsOf,
  comparisonWords,
  evidenceWords,
  guardrailTitle,
  progressWords,
  valueWords,
} from './guardrail-words.ts';
import { bandWords, type GuardrailLook } from './rollout-words.ts';

/** Lines that the value with the flag is held against. */
function limitsOf(guardrail: GuardrailLook): Limit[] {
  const { control, absolute, compare, unit, yellow, red } = guardrail;
  const limits: Limit[] = [];
  // A ratio of slow people is no line among milliseconds.
  const isOfValue = unit !== 'ms' || compare === 'delta_ms';
  const { value } = control;
  if (isOfValue && value !== null && value > 0 && yellow !== null && red !== null) {
    const line = (band: number) => ({
      at: bandAt(compare, value, band),
      label: bandWordsOf(compare, band),
    });
    limits.push({ ...line(yellow), tone: 'watch' }, { ...line(red), tone: 'harm' });
  }
  if (absolute) {
    const line = (at: number) => ({ at, label: `limit ${valueWords(unit, at)}` });
    limits.push(
      { ...line(absolute.yellow), tone: 'watch' },
      { ...line(absolute.red), tone: 'harm' },
    );
  }
  return limits.filter(({ at }) => at >= 0 && (unit !== 'share' || at <= 1));
}

/** An interval as the chart takes it; an open end reaches everybody. */
function closed(interval: { lower: number; upper: number | null } | null | undefined) {
  return interval ? { lower: interval.lower, upper: interval.upper ?? 1 } : null;
}

/** Axes of what is no share begin wherever its values are. */
const chartUnit = (unit: GuardrailLook['unit']) =>
  unit === 'share'
    ? {}
    : {
        unit: {
          format: (value: number) => valueWords(unit, value),
          least: Number.MIN_VALUE,
          most: Infinity,
        },
      };

type GuardrailCardProps = {
  readonly guardrail: GuardrailLook;
  /** Who is counted; people unless said. */
  readonly units?: Units;
  /** How that came about; left out, the evidence is told in words. */
  readonly children?: ReactNode;
};

export function GuardrailCard({ guardrail, units = PEOPLE, children }: GuardrailCardProps) {
  const { treatment, control } = guardrail;
  const band = bandWords(guardrail.band);
  const title = guardrailTitle(guardrail, units);
  return (
    <article className={styles.card} aria-label={title} data-tone={band.tone}>
      <div className={styles.guardrail}>
        <div className={styles.guardrailHead}>
          <h3 className={styles.guardrailTitle}>{title}</h3>
          <StatusBadge tone={band.tone} icon={<BandIcon band={guardrail.band} />}>
            {band.label}
          </StatusBadge>
        </div>
        <IntervalChart
          rows={[
            {
              label: 'With the flag',
              arm: 'on',
              estimate: treatment.value,
              interval: closed(guardrail.treatment_interval),
            },
            {
              label: 'Without',
              arm: 'off',
              estimate: control.value,
              interval: closed(guardrail.control_interval),
            },
          ]}
          limits={limitsOf(guardrail)}
          {...chartUnit(guardrail.unit)}
        />
        <table className={styles.rates}>
          <tbody>
            <tr>
              <th scope="row">
                <span className={styles.armLabel}>
                  <span className={styles.keyOn} aria-hidden /> With the flag
                </span>
              </th>
              <td>{armWords(treatment, guardrail, units)}</td>
            </tr>
            <tr>
              <th scope="row">
                <span className={styles.armLabel}>
                  <span className={styles.keyOff} aria-hidden /> Without
                </span>
              </th>
              <td>{armWords(control, guardrail, units)}</td>
            </tr>
          </tbody>
        </table>
        <p className={styles.detail}>
          {comparisonWords(guardrail, units)} {progressWords(guardrail, units)}
        </p>
        {children ?? <p className={styles.detail}>{evidenceWords(guardrail)}</p>}
      </div>
    </article>
  );
}
