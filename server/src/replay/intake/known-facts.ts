// What blocks of sessions say, as far as it is remembered: a session that goes on for an hour gets a block every few
// seconds, and is not read from its start for each.
import type { Block } from '../facts/session.ts';

type Known = { factsBytes: number; readonly blocks: Map<string, Block> };

export class KnownFacts {
  readonly #maxBytes: number;
  readonly #sessions = new Map<string, Known>();
  #bytes = 0;

  /** @param maxBytes as JSON; in memory it is some four times that */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of what is known of a session, as JSON; undefined when nothing of it is. */
  factsBytes(session: string): number | undefined {
    return this.#sessions.get(session)?.factsBytes;
  }

  /** Blocks by their id. */
  blocksOf(session: string): ReadonlyMap<string, Block> {
    return this.#sessions.get(session)?.blocks ?? NONE;
  }

  /** Remembers blocks. Sessions that nothing came of for longest are forgotten, this one last. */
  add(session: string, blocks: readonly Block[]): void {
    const known = this.#sessions.get(session) ?? { factsBytes: 0, blocks: new Map() };
    // Maps keep the order of insertion.
    this.#sessions.delete(session);
    this.#sessions.set(session, known);
    for (const block of blocks) {
      if (known.blocks.has(block.id)) continue;
      const bytes = factsBytesOf(block);
      known.blocks.set(block.id, block);
      known.factsBytes += bytes;
      this.#bytes += bytes;
    }
    for (const [oldest, { factsBytes }] of this.#sessions) {
      if (this.#bytes <= this.#maxBytes || oldest === session) break;
      this.#sessions.delete(oldest);
      this.#bytes -= factsBytes;
    }
  }
}

const NONE: ReadonlyMap<string, Block> = new Map();

export const factsBytesOf = ({ facts }: Pick<Block, 'facts'>): number =>
  JSON.stringify(facts).length;
