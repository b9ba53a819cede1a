// What a look counts, summed up by bucket of entry times: SQL text with bound parameters. Everything in a row of sums adds
// up over people, in any order and to the last digit, so that sums of before, what people who have moved meanwhile
// gave to them (taken off) and what they give now make the same answer as counting everybody again.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { type ExposureQuestion, type Known, peopleSql, sameBatchMs } from './exposure-sql.ts';
import { isHit } from './outcome.ts';
import { outcomeSql, sourcesOf } from './outcome-sql.ts';

/** Columns of a row. */
export const SUM_COLUMNS = 'bucket, counts, tallies, spreads, recent';

/** The bucket of the row that is of all buckets. */
const ALL = -1;

/**
 * One row is one bucket: people of treatment and control, then of each hit (`counts`). The row of all buckets says more:
 * in `counts` also the split, people of both arms, those who report, and those of them who report something else; and
 * the sums and values of tallies and spreads, and per arm when people were last seen who may still be called recent.
 * The order key of events prunes by environment, days and (for calls before the stage) event; `received_at` has a
 * min-max index.
 */
export function sumsSql(question: ExposureQuestion, known?: Known): SqlPart {
  const { sources, numbers } = sourcesOf(question.outcomes);
  const people = peopleSql(question, sources, known);
  const { columns, hits, tallies, spreads, params } = outcomeSql(
    question.outcomes,
    sources,
    numbers,
  );
  const counts = [
    'sumIf(sign, arm = 1), sumIf(sign, arm = 0)',
    ...hits,
    'sumIf(sign, first_arm = 1), sumIf(sign, first_arm = 0), sumIf(sign, arm = 2)',
    'sumIf(sign, is_reporting), sumIf(sign, is_reporting AND is_treated != (arm = 1))',
  ];
  const recent = (arm: 0 | 1) =>
    `sumMapIf([last_seen], [sign], arm = ${arm} AND last_seen >= {recent:Int64})`;
  const inBucket = `arraySlice(found, 1, ${bucketWidth(question)})`;
  const asked = known?.isShared ? 'asked, ' : '';
  const inTotal = (list: string) => `if(bucket = ${ALL}, ${list}, [])`;
  const sql = `WITH ${people.sql},
sums AS (
  SELECT ${asked}intDiv(entry - {settled:Int64}, {bucket:Int64}) AS place,
    CAST([${counts.join(', ')}], 'Array(Int64)') AS counts,
    CAST([${tallies.join(', ')}], 'Array(Decimal(76, 20))') AS tallies,
    CAST([${spreads.join(', ')}], 'Array(Map(UInt64, Int64))') AS spreads,
    CAST([${recent(1)}, ${recent(0)}], 'Array(Map(Int64, Int64))') AS recent
  FROM (SELECT *${columns}
    FROM person WHERE arm != 3)
  GROUP BY ${asked}place
),
sumForEach(s.counts) AS found
SELECT ${asked}if(grouping(place) = 1, toInt64(${ALL}), place) AS bucket,
  if(bucket = ${ALL}, found, ${inBucket}) AS counts, ${inTotal('sumForEach(s.tallies)')} AS tallies,
  ${inTotal('sumMapForEach(s.spreads)')} AS spreads, ${inTotal('sumMapForEach(s.recent)')} AS recent
FROM sums AS s
GROUP BY GROUPING SETS ((${asked}place), (${asked.slice(0, -2)}))
HAVING bucket = ${ALL} OR arrayExists(n -> n != 0, ${inBucket})`;
  return { sql, params: { ...people.params, ...params, ...sumParams(question) } };
}

/** How many counts a bucket has. */
const bucketWidth = ({ outcomes }: ExposureQuestion): number =>
  2 + 2 * outcomes.filter(isHit).length;

/** From when on people count as recent. */
export const recentFromMs = ({ watermarkMs, noDataAfterMs }: ExposureQuestion): number =>
  watermarkMs - noDataAfterMs;

function sumParams(question: ExposureQuestion): SqlParams {
  return {
    bucket: question.bucketMs,
    recent: recentFromMs(question),
    same_batch: sameBatchMs(question),
  };
}

/** Several rows of each bucket of a question as one; nobody who is not recent any more will be. */
export const addedUpSql = (
  rows: string,
): string => `SELECT asked, bucket, sumForEach(r.counts) AS counts,
    sumForEach(r.tallies) AS tallies, sumMapForEach(r.spreads) AS spreads,
    sumMapForEach(arrayMap(m -> mapFilter((at, n) -> at >= {recent:Int64}, m), r.recent)) AS recent
  FROM (${rows}) AS r GROUP BY asked, bucket
  HAVING bucket = ${ALL} OR arrayExists(n -> n != 0, counts)`;

/**
 * Rows of sums as the answer of a look: `[question, is total, bucket, counts, tallies, spreads, recent]`.
 * Buckets are left out in
 * which nobody was hit, unless estimates decide. A spread is how often each value occurs, in their order.
 */
export function answerSql(question: ExposureQuestion, rows: string): SqlPart {
  const from = question.maturesAfterMs ? 1 : 3;
  const numbers = (list: string) => `arrayMap(n -> toFloat64(n), ${list})`;
  const spread = `arraySort(arrayMap((bits, n) -> (reinterpretAsFloat64(bits), toFloat64(n)), mapKeys(m), mapValues(m)))`;
  const sql = `SELECT asked, toUInt8(bucket = ${ALL}) AS is_total, toFloat64(bucket), ${numbers('counts')},
  arrayMap(n -> toString(n), tallies), arrayMap(m -> ${spread}, spreads),
  arrayMap(m -> toFloat64(arraySum(mapValues(m))), recent)
FROM (${addedUpSql(rows)})
WHERE is_total = 1 OR arrayExists(n -> n != 0, arraySlice(counts, ${from}))
ORDER BY asked, is_total, bucket`;
  return { sql, params: { recent: recentFromMs(question) } };
}
