// What the numbers advise, why, what would change it, and the button for it.
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Experiment, Results, ShownExperiment } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { nextWords } from './advice.ts';
import { EndDialog } from './end-dialog.tsx';
import { CONTROL } from './draft.ts';
import { verdictWords } from './experiment-words.ts';
import styles from './results.module.css';

type DecisionBannerProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** The button for it, for those who may press it. */
  readonly action?: ReactNode;
};

export function DecisionBanner({ experiment, results, action }: DecisionBannerProps) {
  const { recommendation } = results;
  const { label, tone } = verdictWords(recommendation.status);
  return (
    <section className={styles.banner} aria-label="Advice">
      <span className={`${styles.bannerLine} ${styles[tone]}`} aria-hidden />
      <div className={styles.bannerText} aria-live="polite">
        <strong className={tone === 'neutral' ? styles.dim : styles[tone]}>{label}</strong>
        <h2 className={styles.headline}>{recommendation.headline}</h2>
        {recommendation.reasons.length > 0 && (
          <ul className={styles.reasons}>
            {recommendation.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        <p className={styles.dim}>{nextWords(experiment, results)}</p>
      </div>
      {action}
    </section>
  );
}

type OfferProps = {
  readonly experiment: Experiment;
  readonly results: Results;
  readonly scope: Scope;
};

/** What is advised, to press. */
export function OfferButton({ experiment, results, scope }: OfferProps) {
  const [keep, setKeep] = useState<string | null>(null);
  const offer = offerOf(experiment, results.recommendation);
  if (!offer && keep === null) return null;
  return (
    <div className={styles.bannerActions}>
      {offer && (
        <Button color={offer.tone} onClick={() => setKeep(offer.variant)}>
          {offer.label}
        </Button>
      )}
      {keep !== null && (
        <EndDialog
          experiment={experiment}
          scope={scope}
          keep={keep}
          onClose={() => setKeep(null)}
        />
      )}
    </div>
  );
}

type Offer = { readonly label: string; readonly variant: string; readonly tone: 'pine' | 'harm' };

function offerOf(
  experiment: Experiment,
  { status, winner }: Results['recommendation'],
): Offer | null {
  const isOpen = experiment.status === 'running' || experiment.status === 'paused';
  if (!isOpen) return null;
  if (status === 'ship' && winner !== null) {
    return { label: `Ship ${winner}`, variant: winner, tone: 'pine' };
  }
  if (status === 'rollback' || status === 'stop') {
    return { label: 'Roll back to control', variant: CONTROL, tone: 'harm' };
  }
  return null;
}
