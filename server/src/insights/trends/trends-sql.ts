// The numbers of one series of a trend as one statement. Rows are `[bucket, label, value]`: the bucket's index
// (0 for a total), the label of the breakdown (empty without one).
import type { Buckets } from '../time/buckets.ts';
import { type Breakdown, type BreakdownSql, breakdownSql, otherLabel } from '../sql/breakdown.ts';
import type { Range } from '../time/date-range.ts';
import { EventSource, type PropertyRef } from '../sql/event-source.ts';
import { nameSql, narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import { type Aggregate, type Measure, countSql, functionSql, uniqueSql } from '../sql/measure.ts';
import type { EventsNode, Narrowing } from '../question.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';
import { numberSql } from '../sql/value-sql.ts';
import { timeZone } from '../time/zone.ts';

export type TrendQuestion = {
  readonly node: EventsNode;
  /** Of the series, for errors. */
  readonly attr: string;
  readonly measure: Measure;
  /** What a number measure computes with. */
  readonly property: PropertyRef | undefined;
  readonly groupTypeIndex: number | undefined;
  /** Counts groups of this type instead of people. */
  readonly actorGroupIndex: number | undefined;
  readonly narrowing: Narrowing;
  readonly range: Range;
  /** Undefined: one value for the whole range. */
  readonly buckets: Buckets | undefined;
  /** Whoever is counted once counts in the first bucket only; the caller adds up. */
  readonly isCumulative: boolean;
  readonly breakdown: Breakdown | undefined;
  /** The labels to tell apart; undefined: the largest, by this series over the whole range. */
  readonly labels: readonly string[] | undefined;
};

export function trendSql(question: TrendQuestion, scope: Scope): Sql {
  return new TrendBuilder(question, scope).numbers();
}

/** True when {@link trendSql} needs to be told the labels: people are to be put together across the rest. */
export function needsLabels({ breakdown, measure, isCumulative }: TrendQuestion): boolean {
  return (
    breakdown !== undefined && (measure.kind === 'per' || (isCumulative && isDistinct(measure)))
  );
}

/** Rows `[label, value]` of the largest labels over the whole range, largest first. */
export function topLabelsSql(question: TrendQuestion, scope: Scope): Sql {
  const whole = { ...question, buckets: undefined, isCumulative: false, labels: undefined };
  return new TrendBuilder(whole, scope).top();
}

const isDistinct = (measure: Measure): boolean => measure.kind === 'unique';

/** A SELECT list and its conditions, over events. */
type Rows = { readonly columns: readonly string[]; readonly groupBy?: readonly string[] };

class TrendBuilder {
  readonly #question: TrendQuestion;
  readonly #source: EventSource;
  readonly #params = new SqlParams();
  readonly #breakdown: BreakdownSql | undefined;

  constructor(question: TrendQuestion, scope: Scope) {
    this.#question = question;
    this.#source = new EventSource(scope, this.#params);
    this.#breakdown = question.breakdown && breakdownSql(question.breakdown, this.#source);
  }

  numbers(): Sql {
    const { measure, isCumulative } = this.#question;
    if (isCumulative && isDistinct(measure)) return this.#firstBuckets();
    if (measure.kind === 'per') return this.#params.statement(this.#perActor());
    const [cells, merge] = this.#cells();
    return this.#params.statement(this.#putTogether(cells, merge));
  }

  top(): Sql {
    const { breakdown, measure } = this.#question;
    const numbers = measure.kind === 'per' ? this.#perActor() : this.#ungrouped(...this.#cells());
    return this.#params.statement(
      `SELECT label, value FROM (${numbers}) ORDER BY ifNull(value, 0) DESC, label LIMIT ${breakdown?.limit ?? 0}`,
    );
  }

  get #names(): readonly string[] {
    return this.#breakdown?.names ?? [];
  }

  /** `[bucket, columns of the breakdown…, part]` for every combination that occurs, and how parts are merged. */
  #cells(): [string, (part: string) => string] {
    const { measure } = this.#question;
    if (measure.kind === 'first')
      return [this.#firstTimes(measure.isAmongMatching), countSql.merge];
    const aggregate = this.#aggregate();
    const part = this.#breakdown || measure.kind === 'active' ? aggregate.part : aggregate.whole;
    if (measure.kind === 'active') return [this.#activeDays(measure.days, part), aggregate.merge];
    const columns = [`${this.#bucket('e.timestamp')} AS t`, ...this.#columns, `${part} AS part`];
    const rows = { columns, groupBy: ['t', ...this.#names] };
    return [this.#select(rows), aggregate.merge];
  }

  get #columns(): readonly string[] {
    return this.#breakdown?.columns ?? [];
  }

  #aggregate(): Aggregate {
    const { measure, property, attr } = this.#question;
    switch (measure.kind) {
      case 'unique':
      case 'active':
        return uniqueSql(this.#counted);
      case 'number':
        return functionSql(
          measure.fn,
          numberSql(this.#source.value(property ?? NO_PROPERTY, attr)),
        );
      default:
        return countSql;
    }
  }

  /** What is counted once each. */
  get #counted(): string {
    const { measure, groupTypeIndex, attr } = this.#question;
    const of = measure.kind === 'unique' || measure.kind === 'per' ? measure.of : 'actor';
    if (of === 'session') return 'e.session_id';
    if (of === 'group')
      return this.#source.groupKey(groupTypeIndex ?? 0, `${attr}.math_group_type_index`);
    return this.#actor;
  }

  get #actor(): string {
    const { actorGroupIndex } = this.#question;
    return actorGroupIndex === undefined
      ? this.#source.person
      : this.#source.groupKey(actorGroupIndex, 'aggregation_group_type_index');
  }

  /** Leaves out what belongs to no session or group, where those are counted. */
  get #counts(): string[] {
    const { measure, actorGroupIndex } = this.#question;
    const of = measure.kind === 'unique' || measure.kind === 'per' ? measure.of : 'actor';
    if (measure.kind === 'total' || measure.kind === 'number') return [];
    return of === 'actor' && actorGroupIndex === undefined ? [] : [`${this.#counted} != ''`];
  }

  #bucket(time: string): string {
    return this.#question.buckets?.indexSql(time, this.#params) ?? '0';
  }

  get #matches(): string[] {
    const { node, narrowing, attr } = this.#question;
    return [
      nodeSql(node, this.#source, attr),
      narrowingSql(narrowing, this.#source),
      ...this.#counts,
    ];
  }

  #select({ columns, groupBy }: Rows, range: Partial<Range> = this.#question.range): string {
    const conditions = [...this.#source.within(range), ...this.#matches];
    const grouping = groupBy === undefined ? '' : `\nGROUP BY ${groupBy.join(', ')}`;
    return `SELECT ${columns.join(', ')}\nFROM ${this.#source.from()}\nWHERE ${conditions.join(' AND ')}${grouping}`;
  }

  /** Cells of the days up to each bucket's last one. */
  #activeDays(days: number, part: string): string {
    const { range, buckets } = this.#question;
    const { calendar } = this.#source.scope;
    const zone = timeZone(calendar.timeZone);
    const lastDay = zone.dayOf(range.toMs - 1);
    const ends = buckets
      ? [...buckets.startsMs.slice(1), buckets.endMs].map((end) =>
          Math.min(zone.dayOf(end - 1), lastDay),
        )
      : [lastDay];
    const fromMs = zone.startOfDay((ends[0] ?? lastDay) - days + 1);
    const day = `toInt32(toDate(e.timestamp, ${this.#params.string(calendar.timeZone)}))`;
    const inner = this.#select(
      {
        columns: [`${day} AS d`, ...this.#columns, `${part} AS part`],
        groupBy: ['d', ...this.#names],
      },
      { fromMs, toMs: range.toMs },
    );
    const endDays = this.#params.add('Array(Int32)', ends);
    const reached = `arrayFilter(i -> d <= ${endDays}[i + 1] AND d > ${endDays}[i + 1] - ${days}, range(${ends.length}))`;
    return `SELECT toInt32(t) AS t, ${[...this.#names, 'part'].join(', ')} FROM (${inner}) ARRAY JOIN ${reached} AS t`;
  }

  /** One row per person whose first event lies in the range. */
  #firstTimes(isAmongMatching: boolean): string {
    const { range, node } = this.#question;
    const actor = this.#actor;
    const values = this.#columns.map((column) => column.replace(/ AS r\d+$/, ''));
    const key = `(e.timestamp, ${values.join(', ')})`;
    const matches = this.#matches.join(' AND ');
    const conditions = [
      ...this.#source.within({ toMs: range.toMs }),
      isAmongMatching ? matches : nameSql(node.event, this.#source),
    ];
    const first = isAmongMatching
      ? `min(${key}) AS first`
      : `minIf(${key}, ${matches}) AS first, min(e.timestamp) AS first_of_all`;
    const having = isAmongMatching ? '1' : `countIf(${matches}) > 0 AND first.1 = first_of_all`;
    const inner = `SELECT ${first} FROM ${this.#source.from()}
WHERE ${conditions.join(' AND ')} GROUP BY ${actor} HAVING ${having}`;
    const columns = this.#names.map((name, i) => `first.${i + 2} AS ${name}`);
    return `SELECT ${[`${this.#bucket('first.1')} AS t`, ...columns, 'count() AS part'].join(', ')} FROM (${inner})
WHERE first.1 >= fromUnixTimestamp64Milli(${this.#params.int(range.fromMs)}) GROUP BY ${['t', ...this.#names].join(', ')}`;
  }

  /** The function over how often each did it (or how long each session was), per bucket and label. */
  #perActor(): string {
    const { measure, range } = this.#question;
    const fn = measure.kind === 'per' ? measure.fn : 'avg';
    const isSession = measure.kind === 'per' && measure.of === 'session';
    const n = isSession ? `any(${this.#source.sessionSeconds(range)})` : 'count()';
    const each = this.#select({
      columns: [
        `${this.#bucket('e.timestamp')} AS t`,
        ...this.#columns,
        `${this.#counted} AS actor`,
        `${n} AS n`,
      ],
      groupBy: ['t', ...this.#names, 'actor'],
    });
    const together = isSession ? 'any(n)' : 'sum(n)';
    const labelled = `SELECT t, ${this.#label()} AS label, actor, ${together} AS n FROM (${each}) GROUP BY t, label, actor`;
    return `SELECT t, label, toFloat64(${functionSql(fn, 'n').whole}) AS value FROM (${labelled}) GROUP BY t, label`;
  }

  /** How many are new in each bucket: whoever is counted was seen in none before. */
  #firstBuckets(): Sql {
    const each = this.#select({
      columns: [
        `min(${this.#bucket('e.timestamp')}) AS t`,
        ...this.#columns,
        `${this.#counted} AS actor`,
      ],
      groupBy: [...this.#names, 'actor'],
    });
    const labelled = `SELECT min(t) AS t, ${this.#label()} AS label, actor FROM (${each}) GROUP BY label, actor`;
    return this.#params.statement(
      `SELECT t, label, toFloat64(count()) AS value FROM (${labelled}) GROUP BY t, label`,
    );
  }

  /** The label of a row, among those that are told apart. */
  #label(): string {
    const { breakdown, labels } = this.#question;
    if (!breakdown || !this.#breakdown) return `''`;
    const { label } = this.#breakdown;
    if (labels === undefined) return label;
    return `if((${label} AS l) IN ${this.#params.strings(labels)}, l, ${this.#params.string(otherLabel(breakdown))})`;
  }

  /** Cells of the same bucket and label become one; without given labels the largest are told apart. */
  #putTogether(cells: string, merge: (part: string) => string): string {
    const { breakdown, labels, measure } = this.#question;
    if (!breakdown || !this.#breakdown) {
      return measure.kind === 'active'
        ? this.#ungrouped(cells, merge)
        : `SELECT t, '' AS label, toFloat64(part) AS value FROM (${cells})`;
    }
    if (labels !== undefined) return this.#ungrouped(cells, merge);
    const labelled = `SELECT t, part, ${this.#breakdown.label} AS l FROM (${cells})`;
    const totals = `SELECT *, ifNull(toFloat64(${merge('part')} OVER (PARTITION BY l)), 0) AS total FROM (${labelled})`;
    const places = `SELECT *, dense_rank() OVER (ORDER BY total DESC, l) AS place FROM (${totals})`;
    const other = this.#params.string(otherLabel(breakdown));
    return `SELECT t, if(place <= ${breakdown.limit}, l, ${other}) AS label, toFloat64(${merge('part')}) AS value
FROM (${places}) GROUP BY t, label`;
  }

  #ungrouped(cells: string, merge: (part: string) => string): string {
    return `SELECT t, ${this.#label()} AS label, toFloat64(${merge('part')}) AS value FROM (${cells}) GROUP BY t, label`;
  }
}

const NO_PROPERTY: PropertyRef = { type: 'event', key: '' };
