// What is loaded together: neighbouring stored blocks of one window. A recorder sends a block every few seconds;
// asking for each alone would be a thousand requests an hour.

/** A stored block, as the index tells of it. Times in milliseconds by the clock of the recorded browser. */
export type Block = {
  readonly id: string;
  readonly windowId: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Number of rrweb events. */
  readonly count: number;
  /** Playing can begin in it. */
  readonly hasFull: boolean;
  readonly sizeBytes: number;
};

/** Blocks that are loaded together; `id` is the id of the first. */
export type Chunk = Block & { readonly blockIds: readonly string[] };

/** Small enough for a quick first frame, large enough for few requests. */
const CHUNK_BYTES = 256 * 1024;
/** The server refuses more ids in one request. */
const CHUNK_BLOCKS = 50;

/** Chunks of all windows, by the time they begin; each full snapshot begins one. */
export function chunksOf(blocks: readonly Block[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const ofWindow of Map.groupBy(blocks, ({ windowId }) => windowId).values()) {
    let open: Chunk | undefined;
    for (const block of ofWindow.toSorted((a, b) => a.firstMs - b.firstMs)) {
      if (open && fits(open, block)) {
        open = joined(open, block);
        continue;
      }
      if (open) chunks.push(open);
      open = { ...block, blockIds: [block.id] };
    }
    if (open) chunks.push(open);
  }
  return chunks.sort((a, b) => a.firstMs - b.firstMs);
}

function fits(chunk: Chunk, block: Block): boolean {
  const isSmall = chunk.sizeBytes + block.sizeBytes <= CHUNK_BYTES;
  return !block.hasFull && isSmall && chunk.blockIds.length < CHUNK_BLOCKS;
}

function joined(chunk: Chunk, block: Block): Chunk {
  return {
    ...chunk,
    lastMs: Math.max(chunk.lastMs, block.lastMs),
    count: chunk.count + block.count,
    sizeBytes: chunk.sizeBytes + block.sizeBytes,
    blockIds: [...chunk.blockIds, block.id],
  };
}
