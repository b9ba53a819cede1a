// Blocks on their way into the store: their events are unpacked, and go as they are.
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { type SessionPlace, openBlockRow } from '../store/rows.ts';
import type { WaitingBlock } from './block-record.ts';
import { DamagedError } from './insert-sound.service.ts';

const unpack = promisify(zstdDecompress);

export type Placed = { readonly block: WaitingBlock; readonly place: SessionPlace };

/** The rows of blocks as they are inserted. @throws DamagedError for one whose events cannot be unpacked */
export async function blockLines(placed: readonly Placed[]): Promise<(string | Uint8Array)[]> {
  const lines: (string | Uint8Array)[] = [];
  for (const { block, place } of placed) {
    lines.push(openBlockRow(block, place), await dataOf(block), '}\n');
  }
  return lines;
}

/** @throws DamagedError for what is not whole */
async function dataOf({ data }: WaitingBlock): Promise<Uint8Array> {
  try {
    return await unpack(data);
  } catch (error) {
    // Memory may be there later.
    if ((error as NodeJS.ErrnoException).code === 'ZSTD_error_memory_allocation') throw error;
    throw new DamagedError('The block cannot be unpacked.', { cause: error });
  }
}
