// What a look counts, summed up by bucket of entry times: SQL text with bound parameters. Everything in a row of sums adds
// up over people, in any order and to the last digit, so that sums of before, what people who have moved meanwhile
// gave to them (taken off) and what they give now make the same answer as counting everybody again.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { type ExposureQuestion, type Known, peopleSql, sameBatchMs } from './exposure-sql.ts';
import { isHit } from './outcome.ts';
import { outcomeSql, sourcesOf } from './outcome-sql.ts';

/** Columns of a row. `recent` is of the moment of the look and adds up over nothing but buckets. */
export const SUM_COLUMNS = 'bucket, counts, tallies, spreads, recent';

/**
 * One row is one bucket: `counts` is people of treatment and control, then of each hit, then of the
 * split; people of both arms, those who report, and those of them who report something else.
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
    `countIf(sign = 1 AND arm = ${arm} AND last_seen >= {recent:Int64})`;
  const sql = `WITH ${people.sql}
SELECT intDiv(entry - {settled:Int64}, {bucket:Int64}) AS bucket,
  CAST([${counts.join(', ')}], 'Array(Int64)') AS counts,
  CAST([${tallies.join(', ')}], 'Array(Decimal(76, 20))') AS tallies,
  CAST([${spreads.join(', ')}], 'Array(Map(UInt64, Int64))') AS spreads,
  CAST([${recent(1)}, ${recent(0)}], 'Array(Int64)') AS recent
FROM (SELECT *${columns}
  FROM person WHERE arm != 3)
GROUP BY bucket`;
  return { sql, params: { ...people.params, ...params, ...sumParams(question) } };
}

function sumParams(question: ExposureQuestion): SqlParams {
  return {
    bucket: question.bucketMs,
    recent: question.watermarkMs - question.noDataAfterMs,
    same_batch: sameBatchMs(question),
  };
}

/**
 * Rows of sums as the answer of a look: `[is total, bucket, counts, tallies, spreads, recent]`. Of a bucket only the
 * counts of people and hits, and only where somebody was hit, or where estimates decide. A spread is how often each
 * value occurs, in their order.
 */
export function answerSql({ outcomes, maturesAfterMs }: ExposureQuestion, rows: string): string {
  const hits = 2 * outcomes.filter(isHit).length;
  const from = maturesAfterMs ? 1 : 3;
  const inTotal = (list: string) => `if(is_total = 1, ${list}, [])`;
  const numbers = (list: string) => `arrayMap(n -> toFloat64(n), ${list})`;
  const spread = `arraySort(arrayMap((bits, n) -> (reinterpretAsFloat64(bits), toFloat64(n)), mapKeys(s), mapValues(s)))`;
  return `WITH sumForEach(counts) AS found
SELECT toUInt8(grouping(bucket)) AS is_total, toFloat64(bucket),
  ${numbers(`if(is_total = 1, found, arraySlice(found, 1, ${2 + hits}))`)},
  ${inTotal('arrayMap(n -> toString(n), sumForEach(tallies))')},
  ${inTotal(`arrayMap(s -> ${spread}, sumMapForEach(spreads))`)},
  ${inTotal(numbers('sumForEach(recent)'))}
FROM (${rows})
GROUP BY GROUPING SETS ((bucket), ())
HAVING is_total = 1 OR arrayExists(n -> n != 0, arraySlice(found, ${from}, ${2 + hits + 1 - from}))
ORDER BY is_total, bucket`;
}
