// What looks that are taken at one moment ask together: how far the event store is and what is new in it, once for all of
// them; and what each counts, in one statement for those whose questions are of one shape. Whatever fails for several is
// asked for each alone, so that none of them stops another.
import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import type { ExposureQuestion } from './exposure-sql.ts';
import { gathered, type Limits, shared } from './gather.service.ts';
import { readAnswers } from './metrics.query.ts';
import type { Observation } from './observation.ts';
import {
  countPieces,
  type Covers,
  findSince,
  findStoredSoFar,
  type PieceCounts,
  type StoredSoFar,
  storeRows,
} from './pieces.query.ts';
import { sharedSql } from './shared-sql.ts';
import {
  type Before,
  newFactsKey,
  newFactsSql,
  newSumsSql,
  type Pieces,
  type Since,
  storedAnswerSql,
} from './stored-sql.ts';

export type Together = {
  /** No later watermark may be asked about than was in force when looks began together. */
  readonly findStored: (environmentId: number) => Promise<StoredSoFar | null>;
  /** Looks that were taken together before go on from the same. */
  readonly findSince: (covered: Covers) => Promise<Since>;
  /** Stores what no piece of before stands for; returns the piece that does from now on. */
  readonly storeFacts: (
    question: ExposureQuestion,
    block: number,
    before: Before,
  ) => Promise<string>;
  /**
   * Stores by how much the sums change, with the piece that was added last.
   * @throws NotTogetherError when it failed for several: some of it may be stored, so these pieces are of no use
   */
  readonly storeSums: (question: ExposureQuestion, pieces: Pieces) => Promise<void>;
  readonly readAnswer: (
    question: ExposureQuestion,
    pieces: readonly string[],
  ) => Promise<Observation>;
  readonly countPieces: (pieces: readonly string[]) => Promise<PieceCounts>;
};

/** How long the first waits for the others, in milliseconds: they are in the middle of the same. */
const WAIT_MS = 20;
/** Of what is asked at once; more become several statements. */
const MOST = 25;

type Options = {
  /** How many looks there are; one waits for nobody. */
  readonly looks?: number;
  /** How long the first waits for the others. */
  readonly waitMs?: number;
};

/** To be made after the watermark was read. @param signal ends what is asked for all of them */
export function lookTogether(
  clickhouse: ClickHouseClient,
  signal: AbortSignal,
  { looks = 1, waitMs = WAIT_MS }: Options = {},
): Together {
  const stored = shared<StoredSoFar | null>();
  const since = shared<Since>();
  const limits = { looks: Math.min(looks, MOST), waitMs, signal };
  return {
    findStored: (environmentId) =>
      stored(`${environmentId}`, () => findStoredSoFar(clickhouse, environmentId, signal)),
    findSince: ({ environmentId, block, overrideBlock, watermarkMs }) => {
      const covered = { environmentId, block, overrideBlock, watermarkMs };
      const key = Object.values(covered).join();
      return since(key, () => findSince(clickhouse, covered, signal));
    },
    ...storedTogether(clickhouse, limits),
    ...readTogether(clickhouse, limits),
  };
}

function storedTogether(
  clickhouse: ClickHouseClient,
  limits: Limits,
): Pick<Together, 'storeFacts' | 'storeSums'> {
  const { signal } = limits;
  const facts = gathered<Facts, string>(limits, async (all) => {
    const pieces = all.map(() => randomUUID());
    const parts = all.map(({ question, ...one }, i) =>
      newFactsSql(question, { ...one, into: pieces[i] ?? '' }),
    );
    await storeRows(clickhouse, sharedSql(parts), signal, boundOf(all));
    return pieces;
  });
  const sums = gathered<Sums, void>(limits, async (all) => {
    const parts = all.map(({ question, pieces }) => newSumsSql(question, pieces));
    await storeRows(clickhouse, sharedSql(parts), signal, boundOf(all));
    return all.map(() => {});
  });
  return {
    storeFacts: (question, block, before) => {
      const part = newFactsSql(question, { block, before, into: '' });
      const shape = { key: `${newFactsKey(part)} ${part.sql}`, pieces: before.pieces };
      return facts.orAlone(shape, { question, block, before });
    },
    storeSums: (question, pieces) => {
      const shape = { key: newSumsSql(question, pieces).sql, pieces: piecesOf(pieces) };
      return sums.orFail(shape, { question, pieces });
    },
  };
}

function readTogether(
  clickhouse: ClickHouseClient,
  limits: Limits,
): Pick<Together, 'readAnswer' | 'countPieces'> {
  const { signal } = limits;
  const answers = gathered<Answers, Observation>(limits, (all) => {
    const parts = all.map(({ question, pieces }) => storedAnswerSql(question, pieces));
    const questions = all.map(({ question }) => question);
    return readAnswers(clickhouse, questions, sharedSql(parts), signal);
  });
  const counts = gathered<readonly string[], PieceCounts>(limits, async (all) => {
    const found = await countPieces(clickhouse, all.flat(), signal);
    return all.map(() => found);
  });
  return {
    readAnswer: (question, pieces) => {
      const shape = { key: storedAnswerSql(question, pieces).sql, pieces };
      return answers.orAlone(shape, { question, pieces });
    },
    countPieces: (pieces) => counts.orAlone({ key: '', pieces: [] }, pieces),
  };
}

type Facts = {
  readonly question: ExposureQuestion;
  readonly block: number;
  readonly before: Before;
};
type Sums = { readonly question: ExposureQuestion; readonly pieces: Pieces };
type Answers = { readonly question: ExposureQuestion; readonly pieces: readonly string[] };

const piecesOf = ({ before, added }: Pieces): readonly string[] => [...before, ...added];

/** Eight seconds for several: time is left to ask for each alone. */
const SEVERAL_SECONDS = 8;
const boundOf = (all: readonly unknown[]) =>
  all.length > 1 ? { max_execution_time: SEVERAL_SECONDS } : {};
