// Looks positions up in source maps, in a thread of its own, within bounds of time and memory; remembers answers.
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { Position, TraceAnswer, Traced, TraceRequest } from './trace.ts';

/** 10 s: a map that takes longer says nothing. */
const TIME_OUT_MS = 10_000;
const MAX_HEAP_MB = 512;
/** Stacks repeat: nearly every position has been looked up before. */
const MAX_ANSWERS = 5_000;
/** 1 min: a thread that came to no end may do so when the machine is less busy, but not at once. */
const FAILED_FOR_MS = 60_000;

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER = new URL(`./trace-worker.client.${EXTENSION}`, import.meta.url);

export interface Tracer {
  /**
   * What positions are in the source; null where that is not known.
   * @param read gives the maps that are needed, compressed
   */
  trace(
    positions: readonly Position[],
    read: (ids: readonly string[]) => Promise<TraceRequest['maps']>,
  ): Promise<TraceAnswer>;
}

const keyOf = ({ mapId, line, column }: Position): string => `${mapId}:${line}:${column}`;

export function createTracer(): Tracer {
  const known = new LRUCache<string, { readonly traced: Traced | null }>({ max: MAX_ANSWERS });
  // One thread at a time: memory is what it costs.
  let last: Promise<unknown> = Promise.resolve();
  return {
    async trace(positions, read) {
      const missing = positions.filter((position) => !known.has(keyOf(position)));
      if (missing.length > 0) {
        const work = last.then(async () => {
          const ids = [...new Set(missing.map(({ mapId }) => mapId))];
          const answers = await runWorker({ maps: await read(ids), positions: missing });
          for (const [index, position] of missing.entries()) {
            const traced = answers?.[index] ?? null;
            known.set(keyOf(position), { traced }, answers ? {} : { ttl: FAILED_FOR_MS });
          }
        });
        last = work.catch(() => undefined);
        await work;
      }
      return positions.map((position) => known.get(keyOf(position))?.traced ?? null);
    },
  };
}

/** Undefined when the thread did not come to an end. */
function runWorker(request: TraceRequest): Promise<TraceAnswer | undefined> {
  const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  return new Promise<TraceAnswer | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), TIME_OUT_MS);
    const end = (answer: TraceAnswer | undefined) => {
      clearTimeout(timer);
      resolve(answer);
    };
    worker.once('message', (answer: TraceAnswer) => end(answer));
    // Out of memory, or no program: stacks stay as they are.
    worker.once('error', () => end(undefined));
    worker.once('exit', () => end(undefined));
    worker.postMessage(request);
  }).finally(() => void worker.terminate());
}
