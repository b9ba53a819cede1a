// Walks the people of an environment with what a question needs to know of each, within bounds of time and
// rows. Large environments are looked at in part, which is a fair sample.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { countPeople, readPeopleAfter } from '#identity';
import type { Ctx } from '#platform/ctx';
import { withSubstitutes } from '#properties/person-property';
import type { CohortSubject } from './compile-cohort.ts';
import { findListedPeople } from './members.store.ts';

/** What of each person is needed. */
export type ScanNeeds = {
  readonly personKeys: Iterable<string>;
  /** Static cohorts whose members must be told apart. */
  readonly staticIds: Iterable<number>;
  readonly withDistinctId: boolean;
  /** Only people who carry the text in a distinct id, the e-mail address or the name. */
  readonly search?: string | undefined;
  /** How many people are enough; no more than the scan's own limit. */
  readonly maxRows?: number | undefined;
};

export type ScannedSubject = CohortSubject & { readonly personId: string };

/** How much was looked at. */
export type Scan = {
  readonly scanned: number;
  /** People of the environment. */
  readonly total: number;
  /** False when time or rows ran out. */
  readonly isComplete: boolean;
};

const BATCH_ROWS = 4_000;
/** Enough for a share to be known to half a percentage point. */
const MAX_ROWS = 200_000;
const MAX_MS = 2_000;
/** Other requests are let in this often. */
const TURN_MS = 10;
/** How many people are judged between two looks at the clock. */
const LOOK_EVERY = 64;

/** Calls `visit` for one person after the other, in no order that means anything. */
export async function scanPeople(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  environmentId: number,
  needs: ScanNeeds,
  visit: (subject: ScannedSubject) => void,
): Promise<Scan> {
  const { search, withDistinctId } = needs;
  const question = { keys: withSubstitutes(needs.personKeys), withDistinctId, search };
  const staticIds = [...needs.staticIds];
  const deadlineMs = ctx.clock.now() + MAX_MS;
  const total = await countPeople(ctx.db, environmentId);
  let scanned = 0;
  let afterId: string | undefined;
  let turnEndsMs = ctx.clock.now() + TURN_MS;
  const maxRows = Math.min(needs.maxRows ?? MAX_ROWS, MAX_ROWS);
  while (scanned < maxRows) {
    const people = await readPeopleAfter(ctx.db, environmentId, question, afterId, BATCH_ROWS);
    const ids = people.map(({ personId }) => personId);
    const listed = await findListedPeople(ctx.db, environmentId, ids, staticIds);
    for (const [index, { personId, distinctId, properties }] of people.entries()) {
      const staticCohortIds = listed.get(personId);
      visit({ personId, distinctId, personProperties: properties, staticCohortIds });
      scanned += 1;
      if (index % LOOK_EVERY !== 0 || ctx.clock.now() < turnEndsMs) continue;
      if (ctx.clock.now() > deadlineMs) return { scanned, total, isComplete: false };
      await nextTurn();
      turnEndsMs = ctx.clock.now() + TURN_MS;
    }
    if (people.length < BATCH_ROWS) return { scanned, total, isComplete: true };
    afterId = people.at(-1)?.personId;
    if (ctx.clock.now() > deadlineMs) break;
  }
  return { scanned, total, isComplete: false };
}

/** What a count among those looked at means for all. */
export function extrapolate(count: number, { scanned, total, isComplete }: Scan): number {
  if (isComplete || scanned === 0) return count;
  return Math.round((count / scanned) * Math.max(total, scanned));
}
