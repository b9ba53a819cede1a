// The place of an answer: while another one is computed the last one stays, dimmed, so that nothing jumps.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import type { Answer } from '../api/insights.ts';
import { Section } from '../ui/page.tsx';
import { ErrorState, LoadingBlock } from '../ui/states.tsx';
import styles from './explorer.module.css';

type AnswerFrameProps = {
  readonly answer: UseQueryResult<Answer, Error>;
  readonly children: (answer: Answer) => ReactNode;
};

/** Height of a chart with its card, in pixels. */
const CHART_HEIGHT = 370;

export function AnswerFrame({ answer, children }: AnswerFrameProps) {
  const { data, error, isPlaceholderData, isFetching, refetch } = answer;
  if (data === undefined && error) {
    return (
      <Section>
        <div className={styles.failed}>
          <ErrorState
            error={error}
            {...(isFinal(error) ? {} : { onRetry: () => void refetch() })}
          />
        </div>
      </Section>
    );
  }
  if (data === undefined) return <LoadingBlock height={CHART_HEIGHT} />;
  const isOld = isPlaceholderData && isFetching;
  return (
    <div className={styles.answer} aria-busy={isFetching}>
      {isFetching && <div className={styles.progress} role="status" aria-label="Computing" />}
      <div className={styles.answerBody} data-old={isOld || undefined}>
        {children(data)}
      </div>
    </div>
  );
}

/** A question that was refused is refused again; one that the server could not answer perhaps not. */
const isFinal = (error: Error): boolean => error instanceof ApiError && error.status === 400;
