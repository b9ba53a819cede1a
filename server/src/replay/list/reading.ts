// What conditions on sessions read, and how it is kept to the days of the sessions.
import type { EventSource } from '#insights/event-sql';

const DAY_MS = 86_400_000;

export type Span = { readonly fromMs?: number | undefined; readonly toMs?: number | undefined };

/** What is read. */
export type Reading = {
  readonly source: EventSource;
  /** Where the sessions lie; events of theirs come until a day later. */
  readonly span: Span;
  /** True where every moment counts; else a summary of each day does. */
  readonly isExact: boolean;
  readonly issues: Issues;
  /** Ids as SQL: only these sessions are asked about. */
  readonly among?: string | undefined;
};

/** Fingerprints of the exceptions of each issue that a condition names. */
export type Issues = ReadonlyMap<string, readonly string[]>;

export type Hits = {
  readonly from: string;
  readonly where: readonly string[];
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly atMs: string;
  /** By the clock of the server, to which events are corrected, or of the page. */
  readonly clock: 'server' | 'page';
  /** An aggregate: how often. */
  readonly count: string;
  /** Of the rows of one session. */
  readonly having?: string;
  /** What it was; empty text: nothing to tell. */
  readonly value?: string;
  /** Which of the moments are told: the first; all but the first, which is only what came before; else all. */
  readonly told?: 'first' | 'changes';
};

/** Rows of `table AS x` of the environment in days of events. */
export function inDays({ source, span }: Reading, column: string, alias = 'x'): string[] {
  const { fromMs, toMs } = span;
  return [
    `${alias}.environment_id = ${source.environment}`,
    ...(fromMs === undefined ? [] : [`${alias}.${column} >= ${day(source, fromMs - DAY_MS)}`]),
    ...(toMs === undefined ? [] : [`${alias}.${column} <= ${day(source, toMs + 2 * DAY_MS)}`]),
  ];
}

/** Sessions of these days: an id is made up to 26 h before its first event, or after. */
export function inSessionDays(source: EventSource, { fromMs, toMs }: Span, alias: string): string {
  return [
    `${alias}.environment_id = ${source.environment}`,
    ...(fromMs === undefined
      ? []
      : [`${alias}.session_day >= ${day(source, fromMs - 2 * DAY_MS)}`]),
    ...(toMs === undefined ? [] : [`${alias}.session_day <= ${day(source, toMs + 2 * DAY_MS)}`]),
  ].join(' AND ');
}

function day({ params }: EventSource, atMs: number): string {
  const at = new Date(Math.min(Math.max(0, atMs), Date.UTC(2149, 0)));
  return params.add('Date', at.toISOString().slice(0, 10));
}

/** Events of sessions in the span. */
export function eventsWithin({ source, span }: Pick<Reading, 'source' | 'span'>): string[] {
  return source.within({
    ...(span.fromMs === undefined ? {} : { fromMs: span.fromMs - DAY_MS }),
    ...(span.toMs === undefined ? {} : { toMs: span.toMs + 2 * DAY_MS }),
  });
}
