// Rows of sessions, written anew from all of their blocks when one came.
import type { Ctx } from '#platform/ctx';
import { type Session, type Block, sessionOf } from '../facts/session.ts';
import { insertReplayRows, readBlockHeads, readBlocks } from '../store/blocks.query.ts';
import { type BlockHead, type SessionPlace, sessionRow } from '../store/rows.ts';
import { insertSound } from './insert-sound.service.ts';
import type { KnownFacts } from './known-facts.ts';

type RowDeps = Pick<Ctx, 'clickhouse' | 'clock'> & {
  readonly known: KnownFacts;
  /** Told of a row that the store refuses for good. */
  readonly onRefused: (session: Session, error: unknown) => void;
};

/** As many ids as an address holds; where more blocks are missing, all are read. */
const MAX_MISSING = 200;

export const sessionKey = (environmentId: number, sessionId: string): string =>
  `${environmentId}:${sessionId}`;

/**
 * Writes the rows of sessions, from their blocks as they are now: when two replicas store blocks of one at the same
 * moment, whoever reads last has seen both. Answers those that have a block.
 */
export async function writeSessions(
  deps: RowDeps,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<string[]> {
  const written: { readonly session: Session; readonly place: SessionPlace }[] = [];
  const heads = await readBlockHeads(deps.clickhouse, environmentId, sessionIds);
  const blocksOf = await allBlocks(deps, environmentId, heads);
  for (const [sessionId, own] of Map.groupBy(heads, (head) => head.sessionId)) {
    const blocks = own.flatMap(({ id }) => blocksOf.get(sessionId)?.get(id) ?? []);
    const [first] = own;
    if (first && blocks.length > 0)
      written.push({ session: sessionOf(blocks), place: first.place });
  }
  const atMs = deps.clock.now();
  await insertSound(
    written,
    (part) => {
      const rows = part.map(
        ({ session, place }) => `${sessionRow(environmentId, session, place, atMs)}\n`,
      );
      return insertReplayRows(deps.clickhouse, 'session_replay', rows, undefined);
    },
    ({ session }, error) => deps.onRefused(session, error),
  );
  return written.map(({ session }) => session.sessionId);
}

/**
 * Blocks by session and id: those that are known, and read what others have stored, or this process before it was
 * started or had forgotten. What is remembered of one may be forgotten for the next, hence what is answered.
 */
async function allBlocks(
  { clickhouse, known }: RowDeps,
  environmentId: number,
  heads: readonly BlockHead[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, Block>>> {
  const keyOf = (sessionId: string) => sessionKey(environmentId, sessionId);
  const idsOf = (some: readonly BlockHead[]) => [...new Set(some.map((head) => head.sessionId))];
  const all = new Map(idsOf(heads).map((id) => [id, new Map(known.blocksOf(keyOf(id)))]));
  const missing = heads.filter(({ sessionId, id }) => !all.get(sessionId)?.has(id));
  if (missing.length === 0) return all;
  const sessionIds = idsOf(missing);
  const ids = missing.length <= MAX_MISSING ? missing.map(({ id }) => id) : undefined;
  const blocks = await readBlocks(clickhouse, environmentId, sessionIds, ids);
  for (const [sessionId, own] of Map.groupBy(blocks, (block: Block) => block.sessionId)) {
    for (const block of own) all.get(sessionId)?.set(block.id, block);
    known.add(keyOf(sessionId), own);
  }
  return all;
}
