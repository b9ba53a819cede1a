// Facts about ids and sums over people that earlier looks have stored, in pieces: SQL text with bound parameters. A piece
// holds what was new at one look: facts of new events, whose id it is by now, and by how much the sums change because
// of both. Sums of some pieces are always those of everybody in the facts of the same pieces, whatever happens elsewhere.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { exposureParams, type ExposureQuestion, type Known, ownersSql } from './exposure-sql.ts';
import { type Source, sourcesOf } from './outcome-sql.ts';
import { FACTS, factsSql, mergedFactsSql } from './seen-sql.ts';
import { SUM_COLUMNS, sumsSql } from './sums-sql.ts';

/** Events that pieces stand for: up to a block of the event store, received before a moment. */
export type Covered = { readonly block: number; readonly watermarkMs: number };

/** Pieces that a look goes by: those of before, and what it has found to be new. */
export type Pieces = {
  readonly before: readonly string[];
  /** In this order; what comes later says better whose an id is. */
  readonly added: readonly string[];
};

/** How long pieces live: those that are soon merged, and those of everything. */
const LIFE = { short: 'INTERVAL 6 HOUR', long: 'INTERVAL 8 DAY' } as const;
export type Life = keyof typeof LIFE;

const OF_NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;

const intoSql = (table: string, columns: string, life: Life): string =>
  `INSERT INTO ${table} (piece, environment_id, lives_until, ${columns})
  SELECT {piece:UUID}, {environment:UInt32}, now() + ${LIFE[life]}, `;

/** What events up to `block` say that no piece stands for yet; `before` null: all of them. */
export function newFactsSql(
  question: ExposureQuestion,
  {
    block,
    before,
  }: { readonly block: number; readonly before: (Covered & { freshFromMs: number }) | null },
): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const facts = factsSql(sources, before === null ? 'stored' : 'fresh', question);
  return {
    sql: `${intoSql('rollout_piece', FACTS, before === null ? 'long' : 'short')}* FROM (${facts})`,
    params: Object.assign(
      { block },
      exposureParams(question),
      ...sources.map(({ condition }) => condition.params),
      before && {
        kept_block: before.block,
        kept_until: before.watermarkMs,
        fresh_from: before.freshFromMs,
      },
    ) as SqlParams,
  };
}

/**
 * Whose the ids are that something is new about: those with new facts, and those who were merged since, which parts of
 * `person_overrides` that are not among `oldParts` tell.
 */
export function newOwnersSql(
  question: ExposureQuestion,
  { before, added }: Pieces,
  oldParts: readonly string[],
): SqlPart {
  const isAnew = before.length === 0;
  const among = `distinct_id IN (
    SELECT distinct_id FROM rollout_piece WHERE piece IN {added:Array(UUID)}
    UNION ALL SELECT distinct_id FROM person_overrides
    WHERE environment_id = {environment:UInt32} AND _part NOT IN {old_parts:Array(String)})`;
  return {
    sql: `${intoSql('rollout_piece', 'distinct_id, owner, is_counted', isAnew ? 'long' : 'short')}
    facts.distinct_id, if(o.distinct_id = '', facts.owner_then, o.owner), ${question.toldApartFor === null ? 1 : 0}
  FROM (
    SELECT distinct_id, argMax(owner_then, (last_event, owner_then)) AS owner_then FROM rollout_piece
    WHERE piece IN {pieces:Array(UUID)} AND last_event > 0${isAnew ? '' : ` AND ${among}`} GROUP BY distinct_id
  ) AS facts LEFT JOIN (${ownersSql(question, isAnew ? '1' : among)}) AS o
    ON facts.distinct_id = o.distinct_id`,
    params: {
      environment: question.environmentId,
      pieces: [...before, ...added],
      added,
      old_parts: oldParts,
    },
  };
}

/** Of the people that something is new about, those who are told apart by now and not targeted count. */
export function newlyCountedSql(question: ExposureQuestion, { before, added }: Pieces): SqlPart {
  const own = `piece IN {added:Array(UUID)} AND owner != ${OF_NOBODY}`;
  return {
    sql: `${intoSql('rollout_piece', 'distinct_id, owner, is_counted', before.length === 0 ? 'long' : 'short')}
    distinct_id, owner, 1 FROM rollout_piece WHERE ${own} AND owner IN (
      SELECT person_id FROM rollout_person WHERE rollout_id = {rollout:String}
        AND person_id IN (SELECT owner FROM rollout_piece WHERE ${own})
      GROUP BY person_id HAVING NOT argMax(is_targeted, told_apart_at))`,
    params: {
      environment: question.environmentId,
      added,
      rollout: question.toldApartFor ?? '',
    },
  };
}

/** What rows of pieces (`p`, with `rank`, the place of their piece) say of an id, the latest owner first. */
const mergedSql = (sources: readonly Source[]): string => {
  const latest = `if(p.owner = ${OF_NOBODY}, 0, p.rank)`;
  return `${mergedFactsSql(sources)}, argMax(p.owner, ${latest}) AS person_id,
    argMax(p.is_counted, ${latest}) AS is_counted`;
};

/** Everybody in the facts of pieces that nobody's sums hold yet. */
function knownAnew(sources: readonly Source[], { added }: Pieces): Known {
  const sql = `
  SELECT toInt64(1) AS sign, distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, indexOf({pieces:Array(UUID)}, piece) AS rank FROM rollout_piece
    WHERE piece IN {pieces:Array(UUID)}) AS p
  GROUP BY distinct_id
`;
  return { sql, params: { pieces: added }, isToldApart: true };
}

/**
 * The people that something is new about, as they were (sign −1) and as they are. All of their ids are among them: those
 * that were theirs, and those that are.
 * @param isRecent as well as people who were lately seen, who change nothing but are counted apart
 */
function knownNewer(
  sources: readonly Source[],
  { before, added }: Pieces,
  { recentMs, isOnlyNow }: { readonly recentMs: number | null; readonly isOnlyNow: boolean },
): Known {
  const all = 'piece IN {pieces:Array(UUID)}';
  const lately = recentMs === null ? '' : ` OR ${all} AND last_event >= {recent_from:Int64}`;
  const touched = `SELECT owner FROM rollout_piece WHERE ${all} AND owner != ${OF_NOBODY} AND distinct_id IN (
      SELECT distinct_id FROM rollout_piece WHERE piece IN {added:Array(UUID)}${lately})`;
  const signs = isOnlyNow ? '[1]' : 'if(rank <= {before:UInt32}, [-1, 1], [1])';
  const sql = `
  SELECT toInt64(p.sign) AS sign, distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, indexOf({pieces:Array(UUID)}, piece) AS rank, arrayJoin(${signs}) AS sign FROM rollout_piece
    WHERE ${all} AND distinct_id IN (SELECT distinct_id FROM rollout_piece WHERE ${all} AND owner IN (${touched}))) AS p
  GROUP BY sign, distinct_id HAVING person_id IN (${touched})
`;
  const params = {
    pieces: [...before, ...added],
    added,
    before: before.length,
    ...(recentMs === null ? {} : { recent_from: recentMs }),
  };
  return { sql, params, isToldApart: true };
}

/** People that something is new about, to be told apart. */
export function newPeople(question: ExposureQuestion, pieces: Pieces): Known {
  const { sources } = sourcesOf(question.outcomes);
  if (pieces.before.length === 0) return knownAnew(sources, pieces);
  return knownNewer(sources, pieces, { recentMs: null, isOnlyNow: true });
}

/** By how much new facts change the sums. */
export function newSumsSql(question: ExposureQuestion, pieces: Pieces): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const isAnew = pieces.before.length === 0;
  const recentMs = question.watermarkMs - question.noDataAfterMs;
  const known = isAnew
    ? knownAnew(sources, pieces)
    : knownNewer(sources, pieces, { recentMs, isOnlyNow: false });
  const sums = sumsSql(question, known);
  return {
    sql: `${intoSql('rollout_sum', SUM_COLUMNS, isAnew ? 'long' : 'short')}* FROM (${sums.sql})`,
    params: sums.params,
  };
}

/** Sums that are stored; who was lately seen is known by the last piece alone. */
export const storedSumsSql = (pieces: readonly string[]): SqlPart => ({
  sql: `SELECT bucket, counts, tallies, spreads, if(piece = {last:UUID}, recent, [0, 0]) AS recent
  FROM rollout_sum WHERE piece IN {pieces:Array(UUID)}`,
  params: { pieces, last: pieces.at(-1) ?? '' },
});

/** Facts of several pieces, in their order, as one. */
export function oneOfFactsSql(
  question: ExposureQuestion,
  pieces: readonly string[],
  life: Life,
): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const columns = `${FACTS}, owner, is_counted`;
  const sql = `${intoSql('rollout_piece', columns, life)}distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, indexOf({pieces:Array(UUID)}, piece) AS rank FROM rollout_piece
    WHERE piece IN {pieces:Array(UUID)}) AS p
  GROUP BY distinct_id`;
  return { sql, params: { environment: question.environmentId, pieces } };
}

/** Sums of several pieces as one. */
export const oneOfSumsSql = (
  { environmentId }: ExposureQuestion,
  pieces: readonly string[],
  life: Life,
): SqlPart => ({
  sql: `${intoSql('rollout_sum', SUM_COLUMNS, life)}bucket, sumForEach(counts), sumForEach(tallies),
    sumMapForEach(spreads), [0, 0]
  FROM rollout_sum WHERE piece IN {pieces:Array(UUID)} GROUP BY bucket`,
  params: { environment: environmentId, pieces },
});
