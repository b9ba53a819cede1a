// Looks for errors that suddenly happen to many people, where somebody wants to hear of that.
import type { AccountsDirectory } from '#accounts';
import { type Ctx, inTransaction } from '#platform/ctx';
import { listJoined } from '../issues/fingerprints.store.ts';
import { listIssues, noteSpike } from '../issues/issues.store.ts';
import { isSpike } from './news.ts';
import { listSpikeEnvironments } from './rules.store.ts';
import { readSurges } from './spikes.query.ts';
import { tellOf } from './tell.service.ts';

/** 24 h: what is younger has no usual hour yet; and people hear of one issue once within it. */
const DAY_MS = 86_400_000;

export async function lookForSpikes(
  ctx: Ctx,
  { directory }: { readonly directory: Pick<AccountsDirectory, 'environmentById'> },
): Promise<void> {
  const nowMs = ctx.clock.now();
  const aDayAgo = new Date(nowMs - DAY_MS);
  for (const environmentId of await listSpikeEnvironments(ctx.db)) {
    const environment = directory.environmentById(environmentId);
    if (!environment) continue;
    const joined = await listJoined(ctx.db, environmentId);
    const surges = (await readSurges(ctx.clickhouse, { environmentId, nowMs, joined })).filter(
      isSpike,
    );
    if (surges.length === 0) continue;
    const issues = await listIssues(ctx.db, environmentId, { status: 'active', since: aDayAgo });
    for (const { fingerprint, people, usual } of surges) {
      const issue = issues.find((one) => one.fingerprint === fingerprint);
      if (!issue || issue.firstSeen > aDayAgo) continue;
      const { projectId } = environment;
      await inTransaction({ ...ctx, projectId, environment }, async (tx) => {
        const isNews = await noteSpike(tx.db, issue.id, new Date(nowMs), aDayAgo);
        if (isNews) await tellOf(tx, issue, { kind: 'spike', people, usual });
      });
    }
  }
}
