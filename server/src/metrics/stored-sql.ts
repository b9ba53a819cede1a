// Facts about ids and sums over people that earlier looks have stored, in pieces: SQL text with bound parameters. A piece
// holds what was new at one look: facts of new events, whose id it is by now, and by how much the sums change because
// of both. Sums of some pieces are always those of everybody in the facts of the same pieces, whatever happens elsewhere.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { exposureParams, type ExposureQuestion, type Known, ownersSql } from './exposure-sql.ts';
import { type Source, sourcesOf } from './outcome-sql.ts';
import { FACTS, factsSql, IS_FRESH, mergedFactsSql } from './seen-sql.ts';
import { unitSql } from './unit-sql.ts';
import { addedUpSql, recentFromMs, SUM_COLUMNS, sumsSql } from './sums-sql.ts';

/** Events that pieces stand for: up to a block of the event store, received before a moment. */
type Covered = { readonly block: number; readonly watermarkMs: number };

/** What has come since. */
export type Since = {
  /** True when nothing has: no event and no merge of people. */
  readonly isNothing: boolean;
  /** When the first of the events was received that are stored after what pieces cover; or what they cover ends. */
  readonly freshFromMs: number;
  /** Parts of `person_overrides` that hold nothing new. */
  readonly oldParts: readonly string[];
};

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

/** What a look may go on from. */
export type Before = Covered & Since & { readonly pieces: readonly string[] };

/**
 * What events up to `block` say that no piece stands for yet, and whose the ids are that something is new about: those
 * of such events, and those who were merged since. `before` null: of all events.
 */
export function newFactsSql(
  question: ExposureQuestion,
  { block, before }: { readonly block: number; readonly before: Before | null },
): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const facts =
    before === null ? allFacts(question, sources) : freshFacts(question, sources, before);
  const isCounted = question.toldApartFor === null ? 1 : 0;
  return {
    sql: `${intoSql('rollout_piece', `${FACTS}, owner, is_counted`, before === null ? 'long' : 'short')}
    ${FACTS.replaceAll(/\w+/g, 'f.$&')}, if(o.distinct_id = '', f.last_owner, o.owner), ${isCounted}
  FROM (${facts.sql}) AS f LEFT JOIN (${facts.ownersSql}) AS o ON f.distinct_id = o.distinct_id`,
    params: Object.assign(
      { block },
      exposureParams(question),
      ...sources.map(({ condition }) => condition.params),
      facts.params,
    ) as SqlParams,
  };
}

type Facts = SqlPart & { readonly ownersSql: string };

const allFacts = (question: ExposureQuestion, sources: readonly Source[]): Facts => ({
  sql: `SELECT *, owner_then AS last_owner FROM (${factsSql(sources, 'stored', question)})`,
  ownersSql: ownersSql(question),
  params: {},
});

/** What is known of these ids already says whose they are, too: events may be stored in any order. */
function freshFacts(question: ExposureQuestion, sources: readonly Source[], before: Before): Facts {
  const { id, isOfOne } = unitSql(question.unit);
  const among = `distinct_id IN (
    SELECT ${id} FROM events WHERE ${IS_FRESH}${isOfOne}
    UNION ALL SELECT distinct_id FROM person_overrides
    WHERE environment_id = {environment:UInt32} AND _part NOT IN {old_parts:Array(String)})`;
  const own = FACTS.split(', ').map((column) =>
    column === 'distinct_id' ? column : `anyIf(k.${column}, k.is_new) AS ${column}`,
  );
  return {
    sql: `
    SELECT ${own.join(', ')}, argMax(k.owner_then, (k.last_event, k.owner_then)) AS last_owner
    FROM (
      SELECT ${FACTS}, 1 AS is_new FROM (${factsSql(sources, 'fresh', question)})
      UNION ALL
      SELECT ${FACTS}, 0 AS is_new FROM rollout_piece
      WHERE piece IN {before:Array(UUID)} AND last_event > 0 AND ${among}
    ) AS k GROUP BY distinct_id`,
    ownersSql: ownersSql(question, among),
    params: {
      before: before.pieces,
      kept_block: before.block,
      kept_until: before.watermarkMs,
      fresh_from: before.freshFromMs,
      old_parts: before.oldParts,
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
 */
function knownNewer(
  sources: readonly Source[],
  { before, added }: Pieces,
  { isOnlyNow }: { readonly isOnlyNow: boolean },
): Known {
  const all = 'piece IN {pieces:Array(UUID)}';
  const touched = `SELECT owner FROM rollout_piece WHERE ${all} AND owner != ${OF_NOBODY} AND distinct_id IN (
      SELECT distinct_id FROM rollout_piece WHERE piece IN {added:Array(UUID)})`;
  const signs = isOnlyNow ? '[1]' : 'if(rank <= {before:UInt32}, [-1, 1], [1])';
  const sql = `
  SELECT toInt64(p.sign) AS sign, distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, indexOf({pieces:Array(UUID)}, piece) AS rank, arrayJoin(${signs}) AS sign FROM rollout_piece
    WHERE ${all} AND distinct_id IN (SELECT distinct_id FROM rollout_piece WHERE ${all} AND owner IN (${touched}))) AS p
  GROUP BY sign, distinct_id HAVING person_id IN (${touched})
`;
  const params = { pieces: [...before, ...added], added, before: before.length };
  return { sql, params, isToldApart: true };
}

/** People that something is new about, to be told apart. */
export function newPeople(question: ExposureQuestion, pieces: Pieces): Known {
  const { sources } = sourcesOf(question.outcomes);
  if (pieces.before.length === 0) return knownAnew(sources, pieces);
  return knownNewer(sources, pieces, { isOnlyNow: true });
}

/** By how much new facts change the sums. */
export function newSumsSql(question: ExposureQuestion, pieces: Pieces): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const isAnew = pieces.before.length === 0;
  const known = isAnew
    ? knownAnew(sources, pieces)
    : knownNewer(sources, pieces, { isOnlyNow: false });
  const sums = sumsSql(question, known);
  return {
    sql: `${intoSql('rollout_sum', SUM_COLUMNS, isAnew ? 'long' : 'short')}${SUM_COLUMNS} FROM (${sums.sql})`,
    params: sums.params,
  };
}

/** Sums that are stored. */
export const storedSumsSql = (pieces: readonly string[]): SqlPart => ({
  sql: `SELECT ${SUM_COLUMNS} FROM rollout_sum WHERE piece IN {pieces:Array(UUID)}`,
  params: { pieces },
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
export function oneOfSumsSql(
  question: ExposureQuestion,
  pieces: readonly string[],
  life: Life,
): SqlPart {
  const rows = storedSumsSql(pieces);
  return {
    sql: `${intoSql('rollout_sum', SUM_COLUMNS, life)}${SUM_COLUMNS} FROM (${addedUpSql(rows.sql)})`,
    params: {
      ...rows.params,
      environment: question.environmentId,
      recent: recentFromMs(question),
    },
  };
}
