// Issues are called by what one exception said, which may name a person. Whose exceptions go is not quoted any more.
import type { ClickHouseClient } from '@clickhouse/client';
import { SerinError } from '#kernel/errors';
import { rewordNotifications } from '#notify';
import type { Ctx } from '#platform/ctx';
import { subjectOf, withoutWords } from '../alerts/news.ts';
import { OVERFLOW_FINGERPRINT } from '../grouping/name.service.ts';
import { listIssueFingerprints } from './fingerprints.store.ts';
import { describeIssue } from './issues.store.ts';
import { listFingerprintsWhere, listLatest, withTitles } from './latest.query.ts';

type Own = { readonly issueId: string; readonly fingerprint: string };
type Erased = { readonly environmentId: number; readonly erased: string };

/**
 * Calls each issue that has exceptions which are about to be erased by the newest that stays; where none does, by its
 * type and place alone, as in what people were told of it. May be done again.
 * @param erased - A condition on exceptions.
 * @param hit - Their fingerprints, where they are known.
 */
export async function forgetWords(
  { db, clickhouse }: Pick<Ctx, 'db' | 'clickhouse'>,
  environmentId: number,
  erased: string,
  hit?: readonly string[],
): Promise<void> {
  const some = hit ?? (await listFingerprintsWhere(clickhouse, environmentId, erased));
  const own = await listIssueFingerprints(db, environmentId, some, OVERFLOW_FINGERPRINT);
  const words = await readWords(clickhouse, { environmentId, erased }, own);
  const ids = [...new Set(own.map(({ issueId }) => issueId))];
  for (const id of ids) await describeIssue(db, id, words.get(id) ?? '');
  await rewordNotifications(db, ids.map(subjectOf), withoutWords);
}

/** What the newest exception of each issue that stays says; nothing where that takes too long: erasing goes on. */
async function readWords(
  clickhouse: ClickHouseClient,
  { environmentId, erased }: Erased,
  own: readonly Own[],
): Promise<ReadonlyMap<string, string>> {
  const issueOf = new Map(own.map(({ fingerprint, issueId }) => [fingerprint, issueId]));
  const asked = { environmentId, fingerprints: [...issueOf.keys()], except: erased };
  try {
    const byTime = (await listLatest(clickhouse, asked)).toSorted((a, b) => b.lastMs - a.lastMs);
    const newest = [
      ...Map.groupBy(byTime, ({ fingerprint }) => issueOf.get(fingerprint) ?? ''),
    ].flatMap(([issueId, [first]]) => (first ? [{ ...first, issueId }] : []));
    const titled = await withTitles(clickhouse, environmentId, newest);
    return new Map(titled.map(({ issueId, title }) => [issueId, title.description]));
  } catch (error) {
    if (error instanceof SerinError && error.code === 'query_too_expensive') return new Map();
    throw error;
  }
}
