// How many known people the flag reaches as it stands in the form, and whom an edit would change.
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { describeError } from '../api/client.ts';
import type { TargetingPreview } from '../api/preview.ts';
import { formatNumber, formatShare } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import styles from './reach.module.css';
import { changedWords, totalWords } from './reach-words.ts';
import { type Reach, useReachOf } from './use-reach.ts';

type ReachCardProps = {
  readonly environmentName: string;
  /** Whether the stored flag is on; a new one will be. */
  readonly isActive: boolean;
};

export function ReachCard(props: ReachCardProps) {
  const reach = useReachOf();
  if (!reach) return null;
  return (
    <Section title="Reach">
      <div aria-live="polite" aria-busy={reach.isStale}>
        <ReachBody {...props} reach={reach} />
      </div>
    </Section>
  );
}

function ReachBody({ reach, environmentName, isActive }: ReachCardProps & { reach: Reach }) {
  const { preview, error, isSlow, isStale, retry } = reach;
  if (error) {
    return (
      <>
        <p className={styles.line}>People cannot be counted right now.</p>
        <p className={styles.dim}>{describeError(error).detail}</p>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconRefresh size={14} />}
          onClick={retry}
        >
          Try again
        </Button>
      </>
    );
  }
  if (!preview)
    return <p className={styles.dim}>{isSlow ? 'Still counting…' : 'Counting people…'}</p>;
  if (preview.sets.length > 0 && preview.sets.every(({ matching }) => matching === null)) {
    return <p className={styles.dim}>It is given to groups; each set tells how many it means.</p>;
  }
  if (preview.people === 0) {
    return <p className={styles.dim}>Nobody is known in {environmentName} yet.</p>;
  }
  return (
    <div className={isStale ? styles.stale : ''}>
      <p className={styles.line}>
        {isActive ? '' : 'If it were on: '}
        {totalWords(preview)}
      </p>
      <Values preview={preview} />
      <ChangeLine preview={preview} />
      {preview.sets.some(({ matching }) => matching === null) && (
        <p className={styles.dim}>Sets for groups are not counted in.</p>
      )}
      {preview.is_estimate && (
        <p className={styles.dim}>Estimated from {formatNumber(preview.looked_at)} of them.</p>
      )}
      {isSlow && <p className={styles.dim}>Still counting…</p>}
    </div>
  );
}

/** One bar for each value, when there is more than on and off. */
function Values({ preview: { values, people } }: { preview: TargetingPreview }) {
  const named = values.filter(({ value }) => value !== 'true');
  if (named.length === 0) return null;
  return (
    <ul className={styles.values}>
      {named.map(({ value, people: count }) => (
        <li key={value}>
          <span className={styles.value}>{value}</span>
          <span className={styles.dim}>
            {formatNumber(count)} · {formatShare(count / people)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function ChangeLine({
  preview: { changes, is_estimate: isEstimate },
}: {
  preview: TargetingPreview;
}) {
  const words = changes && changedWords(changes, isEstimate);
  return words === null ? null : <p className={styles.change}>With your changes {words}.</p>;
}
