// The thread that reads source maps: they come from outside, and a hostile one costs nobody else time or memory.
import { gunzipSync } from 'node:zlib';
import { parentPort } from 'node:worker_threads';
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { enclosingFunction } from './enclosing.ts';
import { MAX_MAP_BYTES } from './map-bounds.ts';
import {
  linesAround,
  type Position,
  sourceName,
  type TraceAnswer,
  type Traced,
  type TraceRequest,
} from './trace.ts';

parentPort?.once('message', (request: TraceRequest) => {
  parentPort?.postMessage(traceAll(request));
});

function traceAll({ maps, positions }: TraceRequest): TraceAnswer {
  const answers: (Traced | null)[] = positions.map(() => null);
  // One map in memory at a time.
  for (const { id, gzip } of maps) {
    const map = open(gzip);
    if (!map) continue;
    for (const [index, position] of positions.entries()) {
      if (position.mapId === id) answers[index] = traceOne(map, position);
    }
  }
  return answers;
}

/** Undefined for what is no source map. */
function open(gzip: Uint8Array): TraceMap | undefined {
  try {
    return new TraceMap(gunzipSync(gzip, { maxOutputLength: MAX_MAP_BYTES }).toString('utf8'));
  } catch {
    return undefined;
  }
}

function traceOne(map: TraceMap, { line, column }: Position): Traced | null {
  try {
    // Columns of maps count from 0.
    const found = originalPositionFor(map, { line, column: column - 1 });
    if (found.source === null) return null;
    const content = sourceContentFor(map, found.source);
    const at = { line: found.line, column: found.column + 1 };
    return {
      file: sourceName(found.source),
      function: typeof content === 'string' ? enclosingFunction(content, at.line, at.column) : null,
      ...at,
      isInApp: !/(^|\/)node_modules\//u.test(found.source),
      source: typeof content === 'string' ? linesAround(content, found.line) : null,
    };
  } catch {
    return null;
  }
}
