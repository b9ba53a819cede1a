// One variant against what it is compared with: the change with its interval, how sure it is, and the verdict.
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Units } from 'serin/kernel/units';
import type { MetricAnswer, Results, VariantAnswer } from '../api/experiments.ts';
import { LiftBar } from '../charts/lift-bar.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import {
  chanceText,
  guardrailWords,
  intervalText,
  type Outcome,
  outcomeOf,
  pText,
} from './experiment-words.ts';
import { metricOf, missingWords } from './metric-words.ts';
import styles from './results.module.css';
import { type Effect, type Scale, thresholdOf } from './view.ts';

type VariantRowProps = {
  readonly answer: MetricAnswer;
  readonly variant: VariantAnswer;
  /** What it changed, in the units that are shown; null where that cannot be told. */
  readonly effect: Effect | null;
  readonly scale: Scale;
  readonly method: { readonly isBayesian: boolean; readonly isAnytime: boolean };
  readonly limit: number;
  readonly units: Units;
  /** The cell of its value. */
  readonly value: ReactNode;
  /** How long until there are people enough. */
  readonly wait: string | undefined;
  readonly guardrail: Results['recommendation']['guardrails'][number] | undefined;
};

export function VariantRow(props: VariantRowProps) {
  const { answer, variant, effect, scale, units, value, wait, guardrail } = props;
  const missing = missingWords(answer, variant, units);
  return (
    <tr>
      <th scope="row">
        <code>{variant.key}</code>
      </th>
      {value}
      {missing || effect === null ? (
        <td colSpan={4}>
          {guardrail && guardrail.state !== 'undecided' && (
            <GuardrailBadge state={guardrail.state} />
          )}
          <span className={styles.small}>
            {missing || scale !== 'daily'
              ? `Not enough yet${wait ? `, ${wait}` : ''}: ${missing ?? `the value of ${answer.baseline.key} is zero.`}`
              : 'Not a number that more people make larger: there is none a day.'}
          </span>
        </td>
      ) : (
        <Compared {...props} effect={effect} />
      )}
    </tr>
  );
}

/** Cells: the change, its interval, how sure it is, the verdict. */
function Compared(props: VariantRowProps & { readonly effect: Effect }) {
  const { answer, variant, scale, method, limit, guardrail, effect } = props;
  const metric = metricOf(answer);
  const outcome = outcomeOf(variant, metric.goal);
  const { moved, low, high, text } = effect;
  const interval = intervalText([low, high], text);
  return (
    <>
      <td className={`${styles.lift} ${outcome === 'none' ? '' : styles[outcome]}`}>
        {text(moved)}
        {variant.suspicious && <span className={styles.small}>Large: look for a mistake</span>}
      </td>
      <td className={styles.bar}>
        <LiftBar
          label={`${variant.key}: ${text(moved)}, between ${interval}`}
          lift={moved}
          low={low}
          high={high}
          tone={outcome}
          limit={limit}
          threshold={thresholdOf(metric, scale, answer.baseline.key)}
          {...method}
        />
        <span className={styles.small} aria-hidden>
          {interval}
          {(low === null || high === null) && `: ${unboundedWords(answer, variant)}`}
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

/** Goals that are held up to each other may leave nothing to say of one; shares of what is near zero have no bound. */
function unboundedWords({ baseline }: MetricAnswer, { difference_interval: ends }: VariantAnswer) {
  return ends?.includes(null)
    ? 'held up to all goals nothing is known'
    : `${baseline.key} is too noisy for a bound in percent`;
}

type GuardrailState = Results['recommendation']['guardrails'][number]['state'];

function GuardrailBadge({ state }: { state: GuardrailState }) {
  const { tone, label } = guardrailWords(state);
  return <StatusBadge tone={tone}>{label}</StatusBadge>;
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
