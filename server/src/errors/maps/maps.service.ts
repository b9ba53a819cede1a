// Source maps: uploaded, listed, removed, and used to say where in the source stacks of bundles are.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { inTransaction, type Db, type ProjectCtx } from '#platform/ctx';
import type { Exception, Frame } from '../grouping/exception.ts';
import { MAX_MAP_BYTES, MAX_PROJECT_BYTES } from './map-bounds.ts';
import { isMappable, mapOf, wantedOf } from './map-lookup.ts';
import {
  countBytes,
  deleteMaps,
  findMaps,
  listMappedReleases,
  type MappedRelease,
  readMaps,
  saveMap,
} from './maps.store.ts';
import type { Position, Traced } from './trace.ts';
import type { Tracer } from './trace.client.ts';

export type { Tracer } from './trace.client.ts';

const compress = promisify(gzip);

export type UploadedMap = {
  /** Path of the bundle's file, relative to what is served. */
  readonly file: string;
  readonly chunkId: string;
  /** The map, as JSON text. */
  readonly text: string;
};

/**
 * Keeps the maps of a release in the place of those that it had for the same files.
 * @throws invalid_input (attr maps.N.map) for what is no source map; payload_too_large when the project has no room
 */
export async function saveMaps(
  ctx: ProjectCtx,
  release: string,
  maps: readonly UploadedMap[],
): Promise<void> {
  const packed: Parameters<typeof saveMap>[2][] = [];
  for (const [index, { file, chunkId, text }] of maps.entries()) {
    checkMap(text, `maps.${index}.map`);
    const zipped = await compress(text);
    packed.push({ id: v7(), release, file, chunkId, gzip: zipped, sizeBytes: zipped.byteLength });
  }
  await inTransaction(ctx, async (tx) => {
    for (const map of packed) await saveMap(tx.db, tx.projectId, map, new Date(tx.clock.now()));
    if ((await countBytes(tx.db, tx.projectId)) > MAX_PROJECT_BYTES) {
      fail('payload_too_large', {
        attr: 'maps',
        detail:
          'The source maps of the project would take more than 2 GB; remove those of old releases.',
      });
    }
    await recordAudit(tx, {
      projectId: tx.projectId,
      action: 'uploaded',
      resourceKind: 'source_maps',
      resourceId: release,
      after: { release, files: packed.length },
    });
  });
}

/** The form is looked at, not the content: that is read where it can do no harm. */
function checkMap(text: string, attr: string): void {
  if (Buffer.byteLength(text) > MAX_MAP_BYTES) {
    fail('payload_too_large', { attr, detail: 'A source map may have 30 MB.' });
  }
  if (!/^\s*\{/u.test(text) || !/"mappings"\s*:\s*"/u.test(text)) {
    fail('invalid_input', { attr, detail: 'This is no source map of version 3.' });
  }
}

export async function listReleases(ctx: ProjectCtx): Promise<readonly MappedRelease[]> {
  return listMappedReleases(ctx.db, ctx.projectId);
}

/** @throws not_found */
export async function removeMaps(ctx: ProjectCtx, release: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const files = await deleteMaps(tx.db, tx.projectId, release);
    if (files === 0)
      fail('not_found', { attr: 'release', detail: 'The release has no source maps.' });
    await recordAudit(tx, {
      projectId: tx.projectId,
      action: 'deleted',
      resourceKind: 'source_maps',
      resourceId: release,
      before: { release, files },
    });
  });
}

/** Maps that are opened for the stacks of one event: a page that names more is hostile. */
const MAX_OPENED = 10;

type Where = { readonly db: Db; readonly projectId: number; readonly tracer: Tracer };

/** The same exceptions, with places in the source where the release's maps know them. */
export async function resolveExceptions(
  { db, projectId, tracer }: Where,
  release: string,
  exceptions: readonly Exception[],
): Promise<readonly Exception[]> {
  const maps = await findMaps(db, projectId, release, wantedOf(exceptions));
  if (maps.length === 0) return exceptions;
  const positions = new Map<Frame, Position>();
  const opened = new Set<string>();
  for (const frame of exceptions.flatMap(({ frames }) => frames).filter(isMappable)) {
    const map = mapOf(frame, release, maps);
    if (!map || frame.line === null || frame.column === null) continue;
    if (!opened.has(map.id) && opened.size === MAX_OPENED) continue;
    opened.add(map.id);
    positions.set(frame, { mapId: map.id, line: frame.line, column: frame.column });
  }
  const frames = [...positions.keys()];
  const traced = await tracer.trace([...positions.values()], (ids) => readMaps(db, ids));
  const found = new Map(frames.map((frame, index) => [frame, traced[index] ?? null]));
  return exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => resolved(frame, found.get(frame) ?? null)),
  }));
}

function resolved(frame: Frame, traced: Traced | null): Frame {
  if (!traced) return frame;
  const { file, line, column, isInApp, source } = traced;
  return {
    ...frame,
    file,
    line,
    column,
    isInApp,
    source,
    function: traced.function ?? frame.function,
  };
}
