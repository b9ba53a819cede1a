// A dashboard as a public link shows it, without signing in.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import {
  type SharedDashboard,
  sharedAnswerQuery,
  sharedDashboardQuery,
} from '../api/dashboards.ts';
import type { Answer } from '../api/insights.ts';
import { asQuery } from '../insights/query-address.ts';
import { breakdownWords } from '../insights/value-words.ts';
import { PageHeader } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { DashboardGrid } from './dashboard-grid.tsx';
import styles from './dashboards.module.css';
import { TextCard } from './text-card.tsx';
import { AnswerAge, TileAnswer, TileFrame, useSight } from './tile-answer.tsx';

/** 1 min. */
const REFRESH_MS = 60_000;

function SharedPage() {
  const { token } = useParams({ from: '/shared/$token' });
  const dashboard = useQuery({ ...sharedDashboardQuery(token), refetchInterval: REFRESH_MS });
  return (
    <main className={styles.shared}>
      <QueryView query={dashboard} loading={<LoadingBlock height={480} />}>
        {({ name, description, tiles }) => (
          <>
            <PageHeader title={name} lead={description || undefined} />
            <DashboardGrid
              places={tiles.map(({ id, layouts }) => ({ id, ...layouts.sm }))}
              tile={(id) => {
                const tile = tiles.find((one) => one.id === id);
                return tile ? <SharedTile token={token} tile={tile} /> : null;
              }}
            />
          </>
        )}
      </QueryView>
    </main>
  );
}

type SharedTileProps = {
  readonly token: string;
  readonly tile: SharedDashboard['tiles'][number];
};

function SharedTile({ token, tile }: SharedTileProps) {
  const { text, name, description, color } = tile;
  const query = asQuery(tile.query);
  const { ref, isInSight } = useSight();
  const answer = useQuery({
    ...sharedAnswerQuery(token, tile.id),
    enabled: isInSight && query !== null,
    refetchInterval: REFRESH_MS,
  }) as UseQueryResult<Answer, Error>;
  if (text) {
    return (
      <TileFrame name="Text" title={null} lead={null} color={color}>
        <TextCard body={text.body} />
      </TileFrame>
    );
  }
  const title = name || 'Insight';
  return (
    <TileFrame
      name={title}
      title={title}
      color={color}
      lead={
        <>
          {description} <AnswerAge answer={answer} />
        </>
      }
    >
      <div ref={ref}>
        {query ? (
          <TileAnswer
            query={query}
            answer={answer}
            scope={null}
            title={title}
            wordsOf={breakdownWords}
            onPick={undefined}
          />
        ) : (
          <EmptyState title="Not shown by links" />
        )}
      </div>
    </TileFrame>
  );
}

export const sharedRoute = createLazyRoute('/shared/$token')({ component: SharedPage });
