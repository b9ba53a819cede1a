// A page of recordings, read where it is probably found before everything is.
import { type Inquiry, SqlParams, EventSource } from '#insights/event-sql';
import { SerinError } from '#kernel/errors';
import type { RecordingKey } from '../recordings/recordings.query.ts';
import type { Asked } from './asked.ts';
import type { Order } from './filter.ts';
import { listSql, readsMore } from './list-sql.ts';
import type { Span } from './reading.ts';

export type Row = RecordingKey & { readonly rank: number };

const DAY_MS = 86_400_000;
/** The newest are nearly always recent: look there before reading everything there is. */
const WINDOWS_MS = [2 * DAY_MS, 31 * DAY_MS] as const;
/** Orders that recordings tell by themselves; the newest are looked for by days. */
const OF_RECORDINGS: ReadonlySet<Order> = new Set([
  'duration',
  'active_seconds',
  'activity_score',
  'clicks',
  'console_errors',
]);
/** What holds of one session in fifty fills a page among these. */
const TOP = 4000;

/**
 * One row beyond the page when there is more; of what is too much to read, the part of it that was found.
 * @param top how many are looked at before all are
 */
export async function readPage(
  inquiry: Inquiry,
  asked: Omit<Asked, 'span'>,
  span: Span,
  top = TOP,
): Promise<{ rows: Row[]; hasMore: boolean }> {
  const ofTop = await readTop(inquiry, { ...asked, span }, top);
  if (ofTop) return ofTop;
  let found: Row[] = [];
  for (const narrower of [...spansToTry(asked, span, inquiry.scope.calendar.nowMs), span]) {
    try {
      found = await readSpan(inquiry, { ...asked, span: narrower });
    } catch (error) {
      const isTooMuch = error instanceof SerinError && error.code === 'query_too_expensive';
      if (!isTooMuch || found.length === 0) throw error;
      return { rows: found, hasMore: true };
    }
    if (found.length > asked.limit) return { rows: found, hasMore: true };
  }
  return { rows: found, hasMore: false };
}

/**
 * A page among those that come first whatever else holds of them; undefined when it is not filled there. To look whether
 * something happened in a few sessions takes far less than to gather all in which it did.
 */
async function readTop(
  inquiry: Inquiry,
  asked: Asked,
  top: number,
): Promise<{ rows: Row[]; hasMore: boolean } | undefined> {
  if (!OF_RECORDINGS.has(asked.order) || !asked.conditions.some(readsMore)) return undefined;
  const first = await readSpan(inquiry, { ...asked, isRough: true, limit: top - 1 });
  const rows = first.length === 0 ? [] : await readSpan(inquiry, { ...asked, among: first });
  if (rows.length > asked.limit) return { rows, hasMore: true };
  return first.length < top ? { rows, hasMore: false } : undefined;
}

/** Where the page is probably found, of the newest first. */
function spansToTry({ order, cursor }: Omit<Asked, 'span'>, span: Span, nowMs: number): Span[] {
  if (order !== 'start_time') return [];
  const toMs = Math.min(span.toMs ?? nowMs, cursor?.rank ?? nowMs);
  return WINDOWS_MS.map((windowMs) => toMs - windowMs)
    .filter((fromMs) => fromMs > (span.fromMs ?? 0))
    .map((fromMs) => ({ ...span, fromMs }));
}

async function readSpan({ scope, ask }: Inquiry, asked: Asked): Promise<Row[]> {
  const params = new SqlParams();
  const text = listSql(asked, new EventSource(scope, params));
  const rows = await ask<readonly [string, string, number | string]>(params.statement(text));
  return rows.map(([sessionId, day, rank]) => ({ sessionId, day, rank: Number(rank) }));
}
