// Events that came without a session, as servers send them: they belong to the recordings of the same id at that time.
import { EventSource } from '#insights/event-sql';
import { type Hits, type Reading, eventsWithin, inSessionDays } from './reading.ts';

/** 60 s: clocks of pages differ from the server's, and a server may answer after the page has gone. */
export const NEAR_SECONDS = 60;

/**
 * Events of sessions, and those of none that happened to one of a session's ids while it was recorded.
 * @param testOf what is asked of an event `e`, in a source of its own
 */
export function nearHits(testOf: (source: EventSource) => string, reading: Reading): Hits {
  const { scope, params } = reading.source;
  const events = (columns: string, hasSession: '=' | '!='): string => {
    const source = new EventSource(scope, params);
    // What is asked decides which joins there are: the test first.
    const test = testOf(source);
    const where = [
      ...eventsWithin({ source, span: reading.span }),
      `e.session_id ${hasSession} ''`,
      test,
    ];
    return `SELECT ${columns} FROM ${source.from()} WHERE ${where.join(' AND ')}`;
  };
  const recorded = `SELECT r.session_id AS session_id, arrayJoin(r.distinct_ids) AS id, r.start_at AS start_at,
    r.end_at AS end_at FROM ${reading.source.table('session_replay')} AS r
    WHERE ${inSessionDays(reading.source, reading.span, 'r')}`;
  return {
    from: `(${events('e.session_id AS session_id, e.timestamp AS at', '!=')}
  UNION ALL SELECT s.session_id AS session_id, n.at AS at
    FROM (${events('e.distinct_id AS id, e.timestamp AS at', '=')}) AS n
    INNER JOIN (${recorded}) AS s ON s.id = n.id
    WHERE n.at >= s.start_at - INTERVAL ${NEAR_SECONDS} SECOND AND n.at <= s.end_at + INTERVAL ${NEAR_SECONDS} SECOND) AS x`,
    where: ['1 = 1'],
    session: 'x.session_id',
    atMs: 'toUnixTimestamp64Milli(x.at)',
    clock: 'server',
    // A session has a row for each time that it was written.
    count: 'uniqExact(x.at)',
  };
}
