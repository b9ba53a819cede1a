// Gives exceptions their fingerprints: by the source where its maps are known, within bounds of time.
import { createHash } from 'node:crypto';
import type { AccountsDirectory } from '#accounts';
import type { Ctx } from '#platform/ctx';
import { resolveExceptions, type Tracer } from '../maps/maps.service.ts';
import { OVERFLOW } from './batch.ts';
import { type Exception, readExceptions } from './exception.ts';
import type { NewException } from './exceptions.query.ts';
import { signatureOf } from './signature.ts';

export type NamingDeps = {
  readonly directory: Pick<AccountsDirectory, 'environmentById'>;
  readonly tracer: Tracer;
};

export type Named = NewException & {
  readonly fingerprint: string;
  /** What it has where no source map is known; the same as `fingerprint` when none helped. */
  readonly unmapped: string;
  readonly exceptions: readonly Exception[];
};

/**
 * How long source maps are asked for in one batch: of one project, so that a page that sends ever new positions costs
 * no other project its sources; and of all, well within the lease. What comes after is named without them.
 */
const PROJECT_MS = 20_000;
const BATCH_MS = 40_000;

export async function nameBatch(
  ctx: Ctx,
  { directory, tracer }: NamingDeps,
  batch: readonly NewException[],
): Promise<readonly Named[]> {
  const spentMs = new Map<number, number>();
  let allMs = 0;
  const named: Named[] = [];
  for (const one of batch) {
    const sent = readExceptions(one.list);
    const unmapped = hashOf(signatureOf(sent, one.own));
    const projectId = directory.environmentById(one.environmentId)?.projectId;
    const ownMs = projectId === undefined ? PROJECT_MS : (spentMs.get(projectId) ?? 0);
    if (projectId === undefined || ownMs >= PROJECT_MS || allMs >= BATCH_MS) {
      named.push({ ...one, fingerprint: unmapped, unmapped, exceptions: sent });
      continue;
    }
    const startedMs = ctx.clock.now();
    // What a minifier called things changes with every build.
    const exceptions = await resolveExceptions(
      { db: ctx.db, projectId, tracer },
      one.release,
      sent,
    );
    const tookMs = ctx.clock.now() - startedMs;
    spentMs.set(projectId, ownMs + tookMs);
    allMs += tookMs;
    named.push({
      ...one,
      fingerprint: hashOf(signatureOf(exceptions, one.own)),
      unmapped,
      exceptions,
    });
  }
  return named;
}

/** 128 bits of its SHA-256, in the form of a UUID. */
function hashOf(signature: string): string {
  const hex = createHash('sha256').update(signature).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

export const OVERFLOW_FINGERPRINT = hashOf(OVERFLOW.signature);
