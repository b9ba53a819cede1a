// The chart of a tile: what is asked again while it is in sight, and how old its numbers are.
import { useInViewport } from '@mantine/hooks';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Answer, InsightQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { InTile } from '../insights/in-tile.ts';
import type { Picked } from '../insights/editor.ts';
import { KindAnswer } from '../insights/kinds.tsx';
import type { ValueWords } from '../insights/value-words.ts';
import { ErrorState, LoadingBlock } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './dashboards.module.css';

/** Whether a tile is in sight: only then is it asked for. */
export function useSight() {
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  return { ref, isInSight: inViewport };
}

type TileAnswerProps = {
  readonly query: InsightQuery;
  readonly answer: UseQueryResult<Answer, Error>;
  /** Null for strangers: they see neither changes of flags nor people. */
  readonly scope: Scope | null;
  readonly title: string;
  readonly wordsOf: ValueWords;
  readonly onPick: ((picked: Picked) => void) | undefined;
};

const CHART_HEIGHT = 240;

export function TileAnswer({ answer, ...view }: TileAnswerProps) {
  const { data, error, refetch } = answer;
  if (data === undefined) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <LoadingBlock height={CHART_HEIGHT} />;
  }
  return (
    <InTile.Provider value>
      <KindAnswer answer={data} {...view} />
    </InTile.Provider>
  );
}

/** `2 minutes ago`, and whether the last try to be newer has failed. */
export function AnswerAge({ answer }: { answer: UseQueryResult<Answer, Error> }): ReactNode {
  const { data, error, isFetching } = answer;
  const at = data?.last_refresh;
  if (at === undefined) return null;
  return (
    <span aria-busy={isFetching}>
      <Time at={at} />
      {error ? ' · could not be refreshed' : ''}
    </span>
  );
}

type TileFrameProps = {
  readonly name: string;
  readonly title: ReactNode;
  readonly lead: ReactNode;
  readonly color: string | null;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
};

/** The card of a tile. */
export function TileFrame({ name, title, lead, color, tools, children }: TileFrameProps) {
  return (
    <section
      className={styles.tile}
      data-color={color ?? undefined}
      data-bare={title === null || undefined}
      aria-label={name}
    >
      <div className={styles.head}>
        <div className={styles.names}>
          {title && <h2 className={styles.name}>{title}</h2>}
          {lead && <p className={styles.dim}>{lead}</p>}
        </div>
        {tools}
      </div>
      <div className={styles.body} tabIndex={0} role="group" aria-label={`${name}, content`}>
        {children}
      </div>
    </section>
  );
}
