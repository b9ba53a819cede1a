// One guardrail: the rates of both arms with intervals and limits, and how far the evidence has come
// towards each decision.
import { IntervalChart, type Limit } from '../charts/interval-chart.tsx';
import { Section } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import styles from './rollout.module.css';
import {
  armWords,
  bandAt,
  bandWordsOf,
  comparisonWords,
  guardrailTitle,
  valueWords,
} from './guardrail-words.ts';
import {
  bandWords,
  type GuardrailLook,
  type Look,
  oddsWords,
  progressTo,
} from './rollout-words.ts';

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
  } else if (absolute) {
    limits.push({ at: absolute.red, label: 'limit', tone: 'harm' });
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
  readonly combined: Look['combined'];
};

export function GuardrailCard({ guardrail, combined }: GuardrailCardProps) {
  const { treatment, control } = guardrail;
  const band = bandWords(guardrail.band);
  return (
    <Section>
      <div className={styles.guardrail}>
        <div className={styles.guardrailHead}>
          <h3 style={{ margin: 0, fontSize: '0.9375rem' }}>{guardrailTitle(guardrail)}</h3>
          <StatusBadge tone={band.tone}>{band.label}</StatusBadge>
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
              <td>{armWords(treatment, guardrail)}</td>
            </tr>
            <tr>
              <th scope="row">
                <span className={styles.armLabel}>
                  <span className={styles.keyOff} aria-hidden /> Without
                </span>
              </th>
              <td>{armWords(control, guardrail)}</td>
            </tr>
          </tbody>
        </table>
        <p className={styles.detail}>{comparisonWords(guardrail)}</p>
        <Meters guardrail={guardrail} combined={combined} />
      </div>
    </Section>
  );
}

function Meters({ guardrail, combined }: GuardrailCardProps) {
  const { harm, safety, absolute } = guardrail;
  const lnSafe = Math.max(safety.ln_e, absolute?.ln_e_safe ?? Number.NEGATIVE_INFINITY);
  return (
    <div className={styles.meters}>
      <Meter
        label="Proven safe"
        tone="toneSafe"
        lnE={guardrail.is_safe ? Math.max(lnSafe, safety.ln_line) : lnSafe}
        lnLine={safety.ln_line}
      />
      <Meter label="Pause" tone="toneWatch" lnE={harm.ln_e} lnLine={combined.pause_line} />
      <Meter label="Roll back" tone="toneHarm" lnE={harm.ln_e} lnLine={combined.rollback_line} />
    </div>
  );
}

type MeterProps = {
  readonly label: string;
  readonly tone: 'toneSafe' | 'toneWatch' | 'toneHarm';
  readonly lnE: number;
  readonly lnLine: number;
};

/** How far evidence has come towards one decision. */
function Meter({ label, tone, lnE, lnLine }: MeterProps) {
  const progress = progressTo(lnE, lnLine);
  const words =
    progress >= 1 ? 'reached' : `${oddsWords(Math.max(0, lnE))}, needs ${oddsWords(lnLine)}`;
  return (
    <div className={styles.meter}>
      <span>{label}</span>
      <div
        className={styles.meterBar}
        role="meter"
        aria-label={`Evidence: ${label}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(progress * 100)}
        aria-valuetext={words}
      >
        <div
          className={`${styles.meterFill} ${styles[tone]}`}
          style={{ width: `${progress * 100}%` }}
        />
      </div>
      <span className={styles.meterValue}>{words}</span>
    </div>
  );
}
