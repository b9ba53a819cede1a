// A tile that shows a saved insight under the filters of the dashboard.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { overriddenQuery, overrides } from 'serin/dashboards/override';
import type { DashboardFilters, Tile } from '../api/dashboards.ts';
import { answerQuery, type InsightQuery, type SavedInsight } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { askedOf } from '../insights/displays.ts';
import type { Picked } from '../insights/editor.ts';
import { asQuery } from '../insights/query-address.ts';
import { useValueWords } from '../insights/use-value-words.ts';
import { EmptyState } from '../ui/states.tsx';
import { AnswerAge, TileAnswer, TileFrame, useSight } from './tile-answer.tsx';

type InsightTileProps = {
  readonly tile: Tile;
  readonly scope: Scope;
  readonly filters: DashboardFilters;
  /** Milliseconds; false: only when asked to. */
  readonly refreshEvery: number | false;
  readonly tools: ReactNode;
  readonly onPick: (picked: Picked) => void;
};

export function InsightTile({ tile, tools, ...rest }: InsightTileProps) {
  const { insight, color } = tile;
  const query = insight && !insight.deleted ? asQuery(insight.query) : null;
  if (insight && query) {
    return <Shown {...rest} insight={insight} query={query} color={color} tools={tools} />;
  }
  const name = insight?.name || 'Insight';
  return (
    <TileFrame name={name} title={name} lead={null} color={color} tools={tools}>
      <EmptyState
        title={query === null && insight && !insight.deleted ? 'Not shown here' : 'Deleted'}
      >
        {insight && !insight.deleted
          ? 'This insight asks a question that the web app does not draw. The API answers it.'
          : 'This insight was deleted. Take its tile away, or restore it by the API.'}
      </EmptyState>
    </TileFrame>
  );
}

type ShownProps = Omit<InsightTileProps, 'tile'> & {
  readonly insight: SavedInsight;
  readonly query: InsightQuery;
  readonly color: string | null;
};

function Shown({ insight, query, scope, filters, color, tools, refreshEvery, onPick }: ShownProps) {
  const { ref, isInSight } = useSight();
  const asked = overriddenQuery(query, filters as Parameters<typeof overriddenQuery>[1]);
  const wordsOf = useValueWords(asked, scope);
  const answer = useQuery({
    ...answerQuery(scope, askedOf(asked)),
    enabled: isInSight,
    refetchInterval: refreshEvery,
  });
  const name = insight.name || 'Insight without a name';
  return (
    <TileFrame
      name={name}
      color={color}
      tools={tools}
      title={
        <Link to="/insights/$shortId" params={{ shortId: insight.short_id }}>
          {name}
        </Link>
      }
      lead={
        <>
          {insight.description} <AnswerAge answer={answer} />
          {overrides(query, filters as Parameters<typeof overrides>[1]) &&
            ' · overridden by the dashboard'}
        </>
      }
    >
      <div ref={ref}>
        <TileAnswer
          query={asked}
          answer={answer}
          scope={scope}
          title={name}
          wordsOf={wordsOf}
          onPick={onPick}
        />
      </div>
    </TileFrame>
  );
}
