// What is to be erased, and how it is told from what came later. Pure.

/** Where the deletion stands. `done` is said only after the stores were asked and had nothing left. */
type DeletionState = 'pending' | 'running' | 'done';

/** What a deletion erases in the event store. */
export type ErasePlan = {
  readonly environmentId: number;
  readonly kind: 'people' | 'environment' | 'recording';
  readonly personIds: readonly string[];
  readonly distinctIds: readonly string[];
  readonly deletesEvents: boolean;
  /** Of people: of every session in which one of their ids was seen. */
  readonly deletesRecordings: boolean;
  readonly deletesPeople: boolean;
  /** Events received later stay: milliseconds since the epoch. */
  readonly beforeMs: number;
  /** Copies of people up to this version go; somebody who comes back has a later one. */
  readonly copyVersion: string;
};

/** A deletion as it is written down. */
export type Deletion = ErasePlan & {
  readonly id: string;
  readonly projectId: number;
  /** Key of the environment. */
  readonly environment: string;
  readonly state: DeletionState;
  readonly people: number;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly checkedAt: Date | null;
  readonly verifiedAt: Date | null;
  /** The most rows of events that were found at once. */
  readonly eventsFound: number;
  readonly rowsLeft: number | null;
  /** Why it does not get on; null when it does. */
  readonly problem: string | null;
};

/** Settings of the event store. Erasing never holds up what decides about releases; see its lanes. */
export const ERASING = { log_comment: 'deletions', max_execution_time: 300 } as const;

/** A table of the event store and which of its rows are to go. */
export type Target = { readonly table: string; readonly where: string };

/** 100 kB: the engine reads at most 256 KiB of SQL. */
const MAX_LIST_BYTES = 100_000;

/** Blocks last: while they are there, the recording can be found again. */
export const RECORDING_TABLES = [
  'replay_console',
  'replay_request',
  'session_replay',
  'replay_block',
] as const;
const ENVIRONMENT_TABLES = [
  'events',
  'person_overrides',
  'person',
  'group_entity',
  'cohort_person',
  'rollout_piece',
  'exception',
  'session_event',
  'session_flag',
  ...RECORDING_TABLES,
  'rollout_sum',
];

/**
 * Conditions for everything that the plan erases; several of a table where a list of ids is long.
 * @param sessionIds whose recordings go
 */
export function targetsOf(plan: ErasePlan, sessionIds: readonly string[]): Target[] {
  const own = `environment_id = ${Math.trunc(plan.environmentId)}`;
  if (plan.kind === 'environment') {
    return ENVIRONMENT_TABLES.map((table) => ({ table, where: own }));
  }
  const recordings = listsOf(sessionIds).flatMap((list) =>
    RECORDING_TABLES.map((table) => ({ table, where: `${own} AND session_id IN (${list})` })),
  );
  return [...recordings, ...peopleTargets(plan, own)];
}

function peopleTargets(plan: ErasePlan, own: string): Target[] {
  const people = listsOf(plan.personIds).map((list) => `(${list})`);
  const ids = listsOf(plan.distinctIds).map((list) => `distinct_id IN (${list})`);
  const received = `received_at <= fromUnixTimestamp64Milli(${Math.trunc(plan.beforeMs)})`;
  return [
    ...(plan.deletesEvents ? ids : []).map((which) => ({
      table: 'events',
      where: `${own} AND ${which} AND ${received}`,
    })),
    ...(plan.deletesEvents ? ids : []).map((which) => ({
      table: 'exception',
      where: `${own} AND ${which} AND ${received}`,
    })),
    // What rollouts have counted of events goes with them.
    ...(plan.deletesEvents ? ids : []).map((which) => ({
      table: 'rollout_piece',
      where: `${own} AND ${which}`,
    })),
    // As are flags and events by session; of those that come later, only a later session's stay.
    ...(plan.deletesEvents ? ids : []).flatMap((which) =>
      ['session_event', 'session_flag'].map((table) => ({
        table,
        where: `${own} AND ${which} AND first_at <= fromUnixTimestamp64Milli(${Math.trunc(plan.beforeMs)})`,
      })),
    ),
    ...(plan.deletesPeople ? people : []).flatMap((list) => [
      // An id that somebody new has joined meanwhile keeps what is known of that.
      ...ids.map((which) => ({
        table: 'person_overrides',
        where: `${own} AND ${which} AND person_id IN ${list}`,
      })),
      {
        table: 'person',
        where: `${own} AND id IN ${list} AND is_deleted = 0 AND version <= ${BigInt(plan.copyVersion)}`,
      },
      { table: 'rollout_person', where: `person_id IN ${list}` },
      { table: 'cohort_person', where: `${own} AND person_id IN ${list}` },
    ]),
  ];
}

function listsOf(texts: readonly string[]): string[] {
  const lists: string[] = [];
  let list: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const literal = quoted(text);
    // A character of JavaScript is three bytes of UTF-8 at most.
    bytes += literal.length * 3;
    if (list.length > 0 && bytes > MAX_LIST_BYTES) {
      lists.push(list.join(','));
      list = [];
      bytes = literal.length * 3;
    }
    list.push(literal);
  }
  if (list.length > 0) lists.push(list.join(','));
  return lists;
}

/** A text as the engine's SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

const DAY_MS = 86_400_000;

/** Events from before are not kept: whole days (UTC), so that they go once a day. */
export function startOfKept(nowMs: number, days: number): number {
  return (Math.floor(nowMs / DAY_MS) - days) * DAY_MS;
}

/** Events of these environments that happened before the start of a day (UTC), and what was derived of them. */
export function expiredEvents(environmentIds: readonly number[], beforeMs: number): Target[] {
  const environments = environmentIds.map(Math.trunc).join(', ');
  const past = `timestamp < fromUnixTimestamp64Milli(${Math.trunc(beforeMs)})`;
  const where = `environment_id IN (${environments}) AND ${past}`;
  return [
    { table: 'events', where },
    { table: 'exception', where },
    ...['session_event', 'session_flag'].map((table) => ({
      table,
      where: `environment_id IN (${environments}) AND day < toDate(fromUnixTimestamp64Milli(${Math.trunc(beforeMs)}, 'UTC'))`,
    })),
  ];
}
