// Ranges of numbers to break down by: as many as asked for, each with about as many events.
import type { WantedBreakdown } from './breakdown-filter.ts';
import type { Breakdown } from './breakdown.ts';
import { EventSource } from './event-source.ts';
import { narrowingSql, nodeSql } from './filter-sql.ts';
import type { Inquiry } from '../scope.ts';
import { SqlParams } from './sql.ts';
import type { TrendQuestion } from '../trends/trends-sql.ts';
import { numberSql } from './value-sql.ts';

/** The breakdown with the edges of every part that is to be cut into ranges, by the events of `about`. */
export async function withEdges(
  wanted: WantedBreakdown,
  about: Pick<TrendQuestion, 'node' | 'attr' | 'narrowing' | 'range'>,
  inquiry: Inquiry,
): Promise<Breakdown> {
  const parts = await Promise.all(
    wanted.parts.map(async ({ bins, ...part }) => {
      if (bins === undefined) return part;
      const params = new SqlParams();
      const source = new EventSource(inquiry.scope, params);
      const number = numberSql(source.value(part, 'breakdownFilter'));
      const levels = Array.from({ length: bins + 1 }, (_, i) => i / bins);
      const conditions = [
        ...source.within(about.range),
        nodeSql(about.node, source, about.attr),
        narrowingSql(about.narrowing, source),
      ];
      const [row] = await inquiry.ask<[(number | null)[] | null]>(
        params.statement(
          `SELECT quantilesExactInclusive(${levels.join(', ')})(${number})
FROM ${source.from()} WHERE ${conditions.join(' AND ')}`,
        ),
      );
      const edges = (row?.[0] ?? []).filter((edge) => edge !== null && Number.isFinite(edge));
      return { ...part, edges: rangesOf([...new Set(edges as number[])]) };
    }),
  );
  return { ...wanted, parts };
}

/** Two edges at least: one number alone is a range of itself. */
function rangesOf(edges: readonly number[]): readonly number[] {
  const [first = 0] = edges;
  return edges.length >= 2 ? edges : [first, first];
}
