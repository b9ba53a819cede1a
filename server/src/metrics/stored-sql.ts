// Facts about ids and sums over people that earlier looks have stored, in pieces: SQL text with bound parameters. A piece
// holds what was new at one look: facts of new events, whose id it is by now, and by how much the sums change because
// of both. Sums of some pieces are always those of everybody in the facts of the same pieces, whatever happens elsewhere.
import { canonicalJson } from '#kernel/json';
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { exposureParams, type ExposureQuestion, type Known, ownersSql } from './exposure-sql.ts';
import { type Source, sourcesOf } from './outcome-sql.ts';
import { FACTS, factsSql, IS_FRESH, mergedFactsSql } from './seen-sql.ts';
import { askedOfSql, type SharedPart, sharedSql } from './shared-sql.ts';
import { addedUpSql, answerSql, recentFromMs, SUM_COLUMNS, sumsSql } from './sums-sql.ts';
import { unitSql } from './unit-sql.ts';

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

const intoSql = (table: string, columns: string, life: Life, piece = '{piece:UUID}'): string =>
  `INSERT INTO ${table} (piece, environment_id, lives_until, ${columns})
  SELECT ${piece}, {environment:UInt32}, now() + ${LIFE[life]}, `;

/** Where rows of several questions go: each has a piece of its own. */
const OWN_PIECE = '{into:Array(UUID)}[asked]';

/** What a look may go on from. */
export type Before = Covered & Since & { readonly pieces: readonly string[] };

/** What events up to `block` say, and whose the ids are: the beginning of what pieces stand for. */
export function firstFactsSql(question: ExposureQuestion, block: number, piece: string): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  return {
    sql: `${intoSql('rollout_piece', FACT_COLUMNS, 'long')}${ownedFactsSql(
      question,
      `SELECT *, owner_then AS last_owner FROM (${factsSql(sources, 'stored', question)})`,
      ownersSql(question),
    )}`,
    params: factsParams(question, sources, { block, piece }),
  };
}

/**
 * What events up to `block` say that no piece stands for yet, and whose the ids are that something is new about: those
 * of such events, and those who were merged since. What is known of these ids already says whose they are, too: events
 * may be stored in any order. Questions may share it that agree in everything that {@link newFactsKey} names.
 */
export function newFactsSql(
  question: ExposureQuestion,
  {
    block,
    before,
    into,
  }: { readonly block: number; readonly before: Before; readonly into: string },
): SharedPart {
  const { sources } = sourcesOf(question.outcomes);
  const { id, isOfOne } = unitSql(question.unit);
  const among = `distinct_id IN (
    SELECT ${id} FROM events WHERE ${IS_FRESH}${isOfOne}
    UNION ALL SELECT distinct_id FROM person_overrides
    WHERE environment_id = {environment:UInt32} AND _part NOT IN {old_parts:Array(String)})`;
  const own = FACTS.split(', ').map((column) =>
    column === 'distinct_id' ? column : `anyIf(k.${column}, k.is_new) AS ${column}`,
  );
  const facts = `
    SELECT asked, ${own.join(', ')}, argMax(k.owner_then, (k.last_event, k.owner_then)) AS last_owner
    FROM (
      SELECT asked, ${FACTS}, 1 AS is_new FROM (${factsSql(sources, 'fresh', question)})
      UNION ALL
      SELECT ${askedOfSql('before', 'indexOf({before:Array(UUID)}, piece)')} AS asked, ${FACTS}, 0 AS is_new FROM rollout_piece
      WHERE piece IN {before:Array(UUID)} AND last_event > 0 AND ${among}
    ) AS k GROUP BY asked, distinct_id`;
  return {
    sql: `${intoSql('rollout_piece', FACT_COLUMNS, 'short', OWN_PIECE)}${ownedFactsSql(
      question,
      facts,
      ownersSql(question, among),
    )}`,
    params: factsParams(question, sources, {
      block,
      kept_block: before.block,
      kept_until: before.watermarkMs,
      fresh_from: before.freshFromMs,
      old_parts: before.oldParts,
    }),
    lists: { into: [into], before: before.pieces },
  };
}

/** What questions must have in common to share {@link newFactsSql}: which events are fresh, and whose they are. */
export const newFactsKey = ({ params }: SqlPart): string =>
  canonicalJson(
    [
      'environment',
      'unit',
      'watermark',
      'block',
      'kept_block',
      'kept_until',
      'fresh_from',
      'old_parts',
    ].map((name) => params[name] ?? null),
  );

const FACT_COLUMNS = `${FACTS}, owner, is_counted`;

const ownedFactsSql = (
  { toldApartFor }: ExposureQuestion,
  facts: string,
  owners: string,
): string => `
    ${FACTS.replaceAll(/\w+/g, 'f.$&')}, if(o.distinct_id = '', f.last_owner, o.owner), ${toldApartFor === null ? 1 : 0}
  FROM (${facts}) AS f LEFT JOIN (${owners}) AS o ON f.distinct_id = o.distinct_id`;

const factsParams = (
  question: ExposureQuestion,
  sources: readonly Source[],
  more: SqlParams,
): SqlParams =>
  Object.assign(
    {},
    exposureParams(question),
    ...sources.map(({ condition }) => condition.params),
    more,
  ) as SqlParams;

/** Of the people that something is new about, those who are told apart by now and not targeted count. */
export function newlyCountedSql(
  question: ExposureQuestion,
  { before, added }: Pieces,
  piece: string,
): SqlPart {
  const own = `piece IN {added:Array(UUID)} AND owner != ${OF_NOBODY}`;
  return {
    sql: `${intoSql('rollout_piece', 'distinct_id, owner, is_counted', before.length === 0 ? 'long' : 'short')}
    distinct_id, owner, 1 FROM rollout_piece WHERE ${own} AND owner IN (
      SELECT person_id FROM rollout_person WHERE rollout_id = {rollout:String}
        AND person_id IN (SELECT owner FROM rollout_piece WHERE ${own})
      GROUP BY person_id HAVING NOT argMax(is_targeted, told_apart_at))`,
    params: {
      piece,
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

/** Of some pieces: of which question each is. Rows of any are read with `rank`, its place among all. */
const ASKED = askedOfSql('pieces', 'rank');
const RANK = 'indexOf({pieces:Array(UUID)}, piece) AS rank';

/** Somebody that something is known of, in questions that may be shared. */
type SharedKnown = Known & SharedPart;

/** Everybody in the facts of pieces that nobody's sums hold yet. */
function knownAnew(sources: readonly Source[], { added }: Pieces): SharedKnown {
  const sql = `
  SELECT asked, toInt64(1) AS sign, distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, ${RANK}, ${ASKED} AS asked FROM rollout_piece
    WHERE piece IN {pieces:Array(UUID)}) AS p
  GROUP BY asked, distinct_id
`;
  return { sql, params: {}, lists: { pieces: added }, isToldApart: true, isShared: true };
}

/**
 * The people that something is new about, as they were (sign −1) and as they are. All of their ids are among them: those
 * that were theirs, and those that are.
 */
function knownNewer(
  sources: readonly Source[],
  { before, added }: Pieces,
  { isOnlyNow }: { readonly isOnlyNow: boolean },
): SharedKnown {
  const all = 'piece IN {pieces:Array(UUID)}';
  const fresh = `FROM rollout_piece WHERE piece IN {added:Array(UUID)}`;
  const touched = `FROM rollout_piece WHERE ${all} AND owner != ${OF_NOBODY} AND distinct_id IN (
      SELECT distinct_id ${fresh})`;
  const signs = isOnlyNow ? '[1]' : 'if({is_before:Array(UInt8)}[rank] = 1, [-1, 1], [1])';
  // Ids are found by index for all questions, and told apart by question afterwards.
  const own = (column: string, list: string) =>
    `${askedOfSql(list, `indexOf({${list}:Array(UUID)}, piece)`)} AS question, ${column}`;
  const sql = `
  SELECT asked, toInt64(p.sign) AS sign, distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, ${RANK}, ${ASKED} AS asked, arrayJoin(${signs}) AS sign FROM rollout_piece
    WHERE ${all} AND distinct_id IN (SELECT distinct_id FROM rollout_piece WHERE ${all} AND owner IN (SELECT owner ${touched}))) AS p
  GROUP BY asked, sign, distinct_id
  HAVING (asked, person_id) IN (SELECT ${own('owner', 'pieces')} ${touched}
    AND (question, distinct_id) IN (SELECT ${own('distinct_id', 'added')} ${fresh}))
`;
  const lists = {
    pieces: [...before, ...added],
    added,
    is_before: [...before.map(() => 1), ...added.map(() => 0)],
  };
  return { sql, params: {}, lists, isToldApart: true, isShared: true };
}

/** People that something is new about, to be told apart. */
export function newPeople(question: ExposureQuestion, pieces: Pieces): Known {
  const { sources } = sourcesOf(question.outcomes);
  const known =
    pieces.before.length === 0
      ? knownAnew(sources, pieces)
      : knownNewer(sources, pieces, { isOnlyNow: true });
  return { ...known, ...sharedSql([known]) };
}

/** By how much new facts change the sums; stored as part of the piece that was added last. */
export function newSumsSql(question: ExposureQuestion, pieces: Pieces): SharedPart {
  const { sources } = sourcesOf(question.outcomes);
  const isAnew = pieces.before.length === 0;
  const known = isAnew
    ? knownAnew(sources, pieces)
    : knownNewer(sources, pieces, { isOnlyNow: false });
  const sums = sumsSql(question, known);
  return {
    sql: `${intoSql('rollout_sum', SUM_COLUMNS, isAnew ? 'long' : 'short', OWN_PIECE)}${SUM_COLUMNS} FROM (${sums.sql})`,
    params: sums.params,
    lists: { ...known.lists, into: pieces.added.slice(-1) },
  };
}

/** Sums that are stored. */
const storedSumsSql = (pieces: readonly string[]): SharedPart => ({
  sql: `SELECT ${askedOfSql('pieces', 'indexOf({pieces:Array(UUID)}, piece)')} AS asked, ${SUM_COLUMNS}
    FROM rollout_sum WHERE piece IN {pieces:Array(UUID)}`,
  params: {},
  lists: { pieces },
});

/** The answer that stored sums give. */
export function storedAnswerSql(question: ExposureQuestion, pieces: readonly string[]): SharedPart {
  const rows = storedSumsSql(pieces);
  return { ...answerSql(question, rows.sql), lists: rows.lists };
}

/** Facts of several pieces, in their order, as one. */
export function oneOfFactsSql(
  question: ExposureQuestion,
  pieces: readonly string[],
  { piece, life }: { readonly piece: string; readonly life: Life },
): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const sql = `${intoSql('rollout_piece', FACT_COLUMNS, life)}distinct_id, ${mergedSql(sources)}
  FROM (SELECT *, ${RANK} FROM rollout_piece
    WHERE piece IN {pieces:Array(UUID)}) AS p
  GROUP BY distinct_id`;
  return { sql, params: { piece, environment: question.environmentId, pieces } };
}

/** Sums of several pieces as one. */
export function oneOfSumsSql(
  question: ExposureQuestion,
  pieces: readonly string[],
  { piece, life }: { readonly piece: string; readonly life: Life },
): SqlPart {
  const rows = storedSumsSql(pieces);
  return sharedSql([
    {
      sql: `${intoSql('rollout_sum', SUM_COLUMNS, life)}${SUM_COLUMNS} FROM (${addedUpSql(rows.sql)})`,
      params: { piece, environment: question.environmentId, recent: recentFromMs(question) },
      lists: rows.lists,
    },
  ]);
}
