// The events that a funnel reads, as SQL: who, and a key that sorts by time and says which step it was.
import { type BreakdownSql, breakdownSql } from '../sql/breakdown.ts';
import { EventSource } from '../sql/event-source.ts';
import { narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import { type Funnel, mayOverlap, mustComeLater } from './funnel.ts';
import type { Scope } from '../scope.ts';
import type { SqlParams } from '../sql/sql.ts';

/** A time that is never reached, in milliseconds since the epoch. */
export const NEVER_MS = 9_000_000_000_000;

/** Bits of a key: the time above, then the order within a millisecond, then the step. */
const [TIME_SHIFT, RANK_SHIFT, STEP_MASK] = [12, 6, 63];
export const timeOfKey = (key: string): string => `toInt64(bitShiftRight(${key}, ${TIME_SHIFT}))`;
export const stepOfKey = (key: string): string => `bitAnd(${key}, ${STEP_MASK})`;
/** Exclusions follow the steps, which are 20 at most. */
export const exclusionCode = (index: number): number => 40 + index;

export class FunnelSource {
  readonly funnel: Funnel;
  readonly source: EventSource;
  readonly params: SqlParams;
  readonly breakdown: BreakdownSql | undefined;
  /** Expression of who it was. */
  readonly actor: string;
  /** Per step, whether an event matches it. */
  readonly steps: readonly string[];
  readonly exclusions: readonly string[];

  constructor(funnel: Funnel, scope: Scope, params: SqlParams) {
    this.funnel = funnel;
    this.params = params;
    this.source = new EventSource(scope, params);
    this.breakdown = funnel.breakdown && breakdownSql(funnel.breakdown, this.source);
    this.actor = this.#actorSql();
    this.steps = funnel.steps.map((step, i) => nodeSql(step, this.source, `series.${i}`));
    this.exclusions = funnel.exclusions.map(({ node }, i) =>
      nodeSql(node, this.source, `funnelsFilter.exclusions.${i}`),
    );
  }

  #actorSql(): string {
    const { actor } = this.funnel;
    if (actor.kind === 'person') return this.source.person;
    if (actor.kind === 'session') return 'e.session_id';
    return this.source.groupKey(actor.index, 'aggregation_group_type_index');
  }

  /** Rows `actor, k` (and the columns of the breakdown): one per event and step that it matches. */
  keyed(): string {
    const { funnel } = this;
    const ranks = ranksOf(funnel);
    const codes = [
      ...this.steps.map((sql, i) => [sql, ((ranks[i] ?? 0) << RANK_SHIFT) + i + 1] as const),
      ...this.exclusions.map((sql, i) => [sql, exclusionCode(i)] as const),
    ];
    const code = canMatchSeveral(funnel)
      ? `arrayJoin(arrayFilter(c -> c > 0, [${codes.map(([sql, c]) => `if(${sql}, ${c}, 0)`).join(', ')}]))`
      : `multiIf(${codes.map(([sql, c]) => `${sql}, ${c}`).join(', ')}, 0)`;
    const key = `toUInt64(toUnixTimestamp64Milli(e.timestamp)) * ${1 << TIME_SHIFT} + ${code} AS k`;
    return this.select(
      [`${this.actor} AS actor`, key],
      [`(${codes.map(([sql]) => sql).join(' OR ')})`],
    );
  }

  /** Everybody who has an event that meets the conditions. */
  selectActors(conditions: readonly string[]): string {
    return this.#select([this.actor], conditions);
  }

  /** A SELECT over the events of the range and of the window after it, with the columns of the breakdown. */
  select(columns: readonly string[], conditions: readonly string[]): string {
    return this.#select([...columns, ...(this.breakdown?.columns ?? [])], conditions);
  }

  #select(columns: readonly string[], conditions: readonly string[]): string {
    const { range, windowMs, narrowing, actor } = this.funnel;
    const all = [
      ...this.source.within({ fromMs: range.fromMs, toMs: range.toMs + windowMs }),
      narrowingSql(narrowing, this.source),
      ...(actor.kind === 'person' ? [] : [`${this.actor} != ''`]),
      ...conditions,
    ];
    return `SELECT ${columns.join(', ')}\nFROM ${this.source.from()}\nWHERE ${all.join(' AND ')}`;
  }
}

/** Within a millisecond later steps come later, but for those that must be a millisecond apart. */
function ranksOf({ steps, order }: Funnel): number[] {
  let rank = 32;
  return steps.map((_, i) => {
    if (i > 0) rank += order === 'ordered' && mustComeLater(steps, i) ? -1 : 1;
    return rank;
  });
}

function canMatchSeveral({ steps, exclusions }: Funnel): boolean {
  const nodes = [...steps, ...exclusions.map(({ node }) => node)];
  return nodes.some((a, i) => nodes.slice(0, i).some((b) => mayOverlap(a, b)));
}
