// Carries deletions out: looks what is left, starts erasing it, and says that one is done only when a look has
// found nothing. Every step can be repeated, so a crash at any moment loses nothing.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { deleteIssues, forgetWords } from '#errors';
import { deleteListedIds } from '#cohorts';
import { eraseEnvironment, lockPeople, sendEntities, sendOverrides } from '#identity';
import {
  deleteRecordingRows,
  forgetErasedSessions,
  markRecordingsErased,
  recordingsErasedBy,
} from '#replay';
import { clearWarnings, deleteDeadLetters, forgetErased, markEnvironmentErased } from '#ingest';
import {
  countReplacedParts,
  countRows,
  findMutating,
  startDeleting,
} from '#platform/clickhouse/mutations';
import { type Ctx, inTransaction } from '#platform/ctx';
import { acquireLease, type Loop, releaseLease, renewLease, runEvery } from '#platform/scheduler';
import { ERASING, type Deletion, RECORDING_TABLES, type Target, targetsOf } from './deletion.ts';
import {
  areBatchesStored,
  findDeletedEnvironments,
  findOpen,
  findUnseen,
  finishDeletion,
  insertDeletion,
  nextCopyVersion,
  noteLook,
  noteProblem,
} from './deletions.store.ts';

const LOOK_EVERY_MS = 1_000;
/** Longer than any single step may take. */
const LEASE = { name: 'deletions', ttlMs: 600_000 };
const RESOURCE_KINDS = { people: 'person', environment: 'environment', recording: 'recording' };
/** In one run. */
const AT_ONCE = 20;
/** Characters of an error that are told. */
const MAX_PROBLEM = 500;
/** New ones whose recordings are looked for in one run. */
const MARKED_AT_ONCE = 200;

/** Runs until stopped. */
export class Deleter {
  readonly #ctx: Ctx;
  readonly #nodeId: string;
  readonly #loop: Loop;
  /** New deletions whose recordings are marked. Forgotten at a restart: marking again is harmless. */
  #marked: readonly string[] = [];

  constructor(ctx: Ctx, nodeId: string) {
    this.#ctx = ctx;
    this.#nodeId = nodeId;
    const job = (signal: AbortSignal) => this.#run(signal);
    const { log, clock } = ctx;
    this.#loop = runEvery({ name: 'deletions', intervalMs: LOOK_EVERY_MS, job, log, clock });
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { db } = this.#ctx;
    const gone = await findDeletedEnvironments(db);
    for (const environment of gone) await beginEnvironment(this.#ctx, environment);
    if ((await findOpen(db, 1)).length === 0) return;
    const request = { ...LEASE, holder: this.#nodeId };
    const token = await acquireLease(db, request);
    if (token === undefined) return;
    const lease = { ...request, token };
    try {
      // Copies that wait would come after what is erased now.
      await sendOverrides(db, this.#ctx.clickhouse);
      await sendEntities(db, this.#ctx.clickhouse);
      const keeps = async () => !signal.aborted && (await renewLease(db, lease));
      // Of all new ones first: nobody's recordings are shown because others' deletions take long.
      for (const deletion of await this.#unmarked()) {
        if (!(await keeps())) return;
        if (await this.#attempt(deletion, markRecordingsErased)) {
          this.#marked = [...this.#marked, deletion.id];
        }
      }
      for (const deletion of await findOpen(db, AT_ONCE)) {
        if (!(await keeps())) return;
        await this.#attempt(deletion, workOn);
      }
    } finally {
      await releaseLease(db, lease);
    }
  }

  async #unmarked(): Promise<Deletion[]> {
    const unseen = await findUnseen(this.#ctx.db, MARKED_AT_ONCE, this.#marked);
    this.#marked = unseen.marked;
    return unseen.deletions;
  }

  /** What one deletion fails at is written down with it, and does not stop the others. */
  async #attempt(
    deletion: Deletion,
    step: (ctx: Ctx, deletion: Deletion) => Promise<void>,
  ): Promise<boolean> {
    const { db, log, clock } = this.#ctx;
    try {
      await step(this.#ctx, deletion);
      return true;
    } catch (error) {
      log.error({ err: error, deletion: deletion.id }, 'a deletion does not get on');
      const reason = error instanceof Error ? error.message : String(error);
      await noteProblem(db, deletion.id, reason.slice(0, MAX_PROBLEM), new Date(clock.now()));
      return false;
    }
  }
}

/** Erases the people of a deleted environment and writes down that its events are to go, in one transaction. */
async function beginEnvironment(
  ctx: Ctx,
  { id: environmentId, projectId }: { readonly id: number; readonly projectId: number },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, environmentId);
    // Another replica may have begun meanwhile.
    const isOpen = (await findDeletedEnvironments(tx.db)).some(({ id }) => id === environmentId);
    if (!isOpen) return;
    await markEnvironmentErased(tx.db, environmentId);
    const people = await eraseEnvironment(tx.db, environmentId);
    await deleteListedIds(tx.db, environmentId, 'all');
    await clearWarnings(tx.db, environmentId);
    await deleteIssues(tx.db, environmentId);
    await deleteRecordingRows(tx.db, environmentId);
    await deleteDeadLetters(tx.db, environmentId, {});
    const nowMs = tx.clock.now();
    const deletion = {
      id: uuidv7(),
      projectId,
      environmentId,
      kind: 'environment' as const,
      people,
      personIds: [],
      distinctIds: [],
      deletesEvents: true,
      deletesRecordings: true,
      deletesPeople: true,
      beforeMs: nowMs,
      copyVersion: await nextCopyVersion(tx.db),
      requestedBy: tx.actor.label,
    };
    await insertDeletion(tx.db, deletion, new Date(nowMs));
  });
}

async function workOn(ctx: Ctx, deletion: Deletion): Promise<void> {
  const { db, clickhouse, clock } = ctx;
  const isComplete = await areBatchesStored(db, deletion.id);
  const sessionIds = await findRecordings(ctx, deletion);
  const left: { target: Target; rows: number }[] = [];
  for (const target of targetsOf(deletion, sessionIds)) {
    const rows = await countRows(clickhouse, target, ERASING);
    if (rows > 0) left.push({ target, rows });
  }
  const unswept =
    left.length === 0 && (sessionIds.length > 0 || deletion.kind === 'environment')
      ? await countReplacedParts(clickhouse, RECORDING_TABLES)
      : 0;
  if (left.length === 0 && unswept === 0 && isComplete) {
    await finish(ctx, deletion, sessionIds.length);
    return;
  }
  const erasing = new Map(await findMutating(clickhouse));
  const sum = (rows: typeof left) => rows.reduce((total, one) => total + one.rows, 0);
  const problem = left.map(({ target }) => erasing.get(target.table)).find(Boolean);
  // Before it begins: who is killed in between has still said how many there were.
  await noteLook(db, deletion.id, {
    events: sum(left.filter(({ target }) => target.table === 'events')),
    left: sum(left),
    problem: problem ?? waitingFor(isComplete, unswept),
    at: new Date(clock.now()),
  });
  for (const { target } of left) {
    if (erasing.has(target.table)) continue;
    if (target.table === 'exception') {
      // What they said is among the events: once it is gone from there, nobody quotes it again. Where it was quoted is
      // known by the rows that are erased last, a list of ids at a time, so that none of the next is quoted instead.
      if (left.some(({ target: { table } }) => table === 'events')) continue;
      await forgetWords(ctx, deletion.environmentId, target.where);
      erasing.set('exception', '');
    }
    await startDeleting(clickhouse, target, ERASING);
  }
}

function waitingFor(isComplete: boolean, unsweptParts: number): string | null {
  if (!isComplete) return 'Waits until events that came before are stored.';
  return unsweptParts > 0 ? 'Waits until files that held recordings are gone from the disk.' : null;
}

/** Sessions whose recordings go: looked for each time, since what was on its way is stored later. */
async function findRecordings(ctx: Ctx, deletion: Deletion): Promise<readonly string[]> {
  if (deletion.kind === 'people' && deletion.deletesRecordings) {
    await markRecordingsErased(ctx, deletion);
  }
  return deletion.kind === 'environment' ? [] : recordingsErasedBy(ctx.db, deletion.id);
}

async function finish(ctx: Ctx, deletion: Deletion, recordings: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const done = await finishDeletion(tx.db, deletion.id, new Date(tx.clock.now()));
    if (!done) return;
    await forgetErased(tx.db);
    await recordAudit(tx, {
      projectId: done.projectId,
      environmentId: done.environmentId,
      action: 'deletion_verified',
      resourceKind: RESOURCE_KINDS[done.kind],
      resourceId: done.id,
      after: {
        people: done.people,
        events_removed: done.eventsFound,
        recordings_removed: recordings,
        rows_left: 0,
      },
    });
  });
  await forgetErasedSessions(ctx);
}
