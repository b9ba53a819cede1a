// A question in one line.
import type { InsightQuery } from '../api/insights.ts';
import { joinWords } from '../ui/format.ts';
import { mathSuffix } from './maths.ts';
import { statementWords } from './sql-text.ts';
import { breakdownOf, brokenBy, flagOf, nodeName, nodeOf } from './query.ts';

/** More events are counted instead of listed. */
const MAX_LISTED = 3;

/** `$pageview (unique people) and order_completed by flag new-checkout`. */
export function questionWords(query: InsightQuery): string {
  const breakdown = breakdownOf(query);
  const flag = flagOf(breakdown);
  const by = flag === undefined ? brokenBy(breakdown)?.key : `flag ${flag}`;
  return [eventsWords(query), by && `by ${by}`].filter(Boolean).join(' ');
}

function eventsWords(query: InsightQuery): string {
  if (query.kind === 'HogQLQuery') return statementWords(query.query);
  if (query.kind === 'RetentionQuery') {
    const { targetEntity, returningEntity } = query.retentionFilter;
    const [target, returning] = [targetEntity ?? {}, returningEntity ?? {}].map((one) =>
      nodeName(nodeOf(one)),
    );
    return target === returning ? `${target}` : `${target}, then ${returning}`;
  }
  if (query.kind === 'PathsQuery') {
    const { startPoint, endPoint } = query.pathsFilter;
    const ends = [startPoint && `from ${startPoint}`, endPoint && `to ${endPoint}`];
    return ends.filter(Boolean).join(' ') || 'from anywhere';
  }
  const names = query.series.map((one) => {
    const suffix = query.kind === 'TrendsQuery' ? mathSuffix(one) : '';
    return suffix ? `${nodeName(one)} (${suffix})` : nodeName(one);
  });
  if (query.kind === 'FunnelsQuery') return names.join(' → ');
  const more = names.length - MAX_LISTED;
  return joinWords(more > 0 ? [...names.slice(0, MAX_LISTED), `${more} more`] : names);
}
