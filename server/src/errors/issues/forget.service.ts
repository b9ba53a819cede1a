// Issues are called by what one exception said, which may name a person. Whose exceptions go is not quoted any more.
import type { Ctx } from '#platform/ctx';
import { readExceptions } from '../grouping/exception.ts';
import { titleOf } from '../grouping/title.ts';
import { listIssueFingerprints } from './fingerprints.store.ts';
import { describeIssue } from './issues.store.ts';
import { listFingerprintsWhere, readLatest } from './latest.query.ts';

/**
 * Calls each issue that has exceptions which are about to be erased by the newest that stays; where none does, by its
 * type and place alone. May be done again.
 * @param erased - A condition on exceptions.
 */
export async function forgetWords(
  { db, clickhouse }: Pick<Ctx, 'db' | 'clickhouse'>,
  environmentId: number,
  erased: string,
): Promise<void> {
  const hit = await listFingerprintsWhere(clickhouse, environmentId, erased);
  const ofIssues = await listIssueFingerprints(db, environmentId, hit);
  const fingerprints = ofIssues.map(({ fingerprint }) => fingerprint);
  const latest = new Map(
    (await readLatest(clickhouse, { environmentId, fingerprints, except: erased })).map((one) => [
      one.fingerprint,
      one,
    ]),
  );
  for (const [issueId, own] of Map.groupBy(ofIssues, ({ issueId: id }) => id)) {
    const [newest] = own
      .flatMap(({ fingerprint }) => latest.get(fingerprint) ?? [])
      .toSorted((a, b) => b.lastMs - a.lastMs);
    const description = newest ? titleOf(readExceptions(newest.list)).description : '';
    await describeIssue(db, issueId, description);
  }
}
