// Whether people come in the planned shares, and with what kind of people they do not.
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { capital } from 'serin/kernel/units';
import type { Results } from '../api/experiments.ts';
import { formatNumber, formatShare } from '../ui/format.ts';
import { pText } from './experiment-words.ts';
import styles from './results.module.css';

const SRM_ALPHA = 0.001;

export function SampleRatio({ results, total }: { results: Results; total: number }) {
  const { sample_ratio: ratio } = results.exposures;
  const { many } = results.units;
  if (!ratio) {
    return (
      <p className={`${styles.line} ${styles.dim}`}>
        Whether {many} come in the planned shares is told from 100 on.
      </p>
    );
  }
  const isOff = ratio.sequential_p_value < SRM_ALPHA;
  return (
    <>
      <p className={styles.line} role={isOff ? 'alert' : undefined}>
        {isOff ? (
          <IconAlertTriangle size={18} className={styles.watch} aria-hidden />
        ) : (
          <IconCircleCheck size={18} className={styles.safe} aria-hidden />
        )}
        <span title={`Chi-squared p at this look: ${pText(ratio.p_value)}`}>
          {isOff
            ? `${formatNumber(total)} ${many} do not come in the planned shares (p ${pText(ratio.sequential_p_value)}). Usual causes: a variant that crashes or redirects before it is reported, shares that were changed, bots, or ${many} who are told apart differently in two places.`
            : `${capital(many)} come in the planned shares (p ${pText(ratio.sequential_p_value)}).`}
        </span>
      </p>
      <LevelsOff results={results} />
    </>
  );
}

/** The values of a property with which a variant is reported too seldom: there it fails. */
function LevelsOff({ results }: { results: Results }) {
  const { levels_off: levels } = results.exposures;
  if (levels.length === 0) return null;
  return (
    <div className={styles.line}>
      <IconAlertTriangle size={18} className={styles.watch} aria-hidden />
      <div>
        Not in the planned shares by what they are:
        <ul className={styles.reasons} aria-label="Where shares are not as planned">
          {levels.slice(0, MAX_LEVELS).map(({ property, value, people, expected, p_value: p }) => (
            <li key={`${property} ${value}`}>
              <code>{property}</code> {value || '(none)'}: {sharesText(people, expected)} (p{' '}
              {pText(p)}, over all that were looked at)
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const MAX_LEVELS = 8;

function sharesText(
  people: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): string {
  const total = Object.keys(expected).reduce((sum, key) => sum + (people[key] ?? 0), 0);
  return Object.entries(expected)
    .map(
      ([key, share]) =>
        `${formatNumber(people[key] ?? 0)} ${key} (${formatShare((people[key] ?? 0) / Math.max(1, total))} of planned ${formatShare(share)})`,
    )
    .join(', ');
}
