// The checklists that a rollout carries: before it, at its start, in its first day, while it widens, after a rollback,
// and once everyone has the change.
// What Serin can see for itself it ticks; the rest is for people.

import { reviewed, watched } from './visits.ts';

export const PHASES = [
  'before',
  'start',
  'first_day',
  'expansion',
  'after_rollback',
  'completion',
] as const;
type Phase = (typeof PHASES)[number];

/** done; open: to be done; ahead: its time has not come; missed: its time has passed; none: does not apply. */
export const CHECK_STATES = ['done', 'open', 'ahead', 'missed', 'none'] as const;
type CheckState = (typeof CHECK_STATES)[number];

export type Tick = { readonly by: string; readonly at: Date; readonly note: string };

/** Everything that Serin sees of a rollout for its checklists; times in milliseconds since the epoch. */
export type ChecklistFacts = {
  readonly nowMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Guardrails that may start although nothing of theirs was counted before. */
  readonly withoutBaseline: readonly string[];
  readonly guardrails: number;
  /** The channel that took a test last. */
  readonly tested: { readonly channel: string; readonly atMs: number } | null;
  /** The drill that succeeded last. */
  readonly drilledAtMs: number | null;
  /** Channels that were told of the start. */
  readonly toldOfStart: readonly string[];
  readonly isFirstStageSettled: boolean;
  /** Recordings with the change that somebody has watched since the start. */
  readonly recordingsWatched: number;
  /** Somebody with the change was counted. */
  readonly isSeen: boolean;
  /** When somebody had the page of the rollout open. */
  readonly visitsMs: readonly number[];
  /** How often the rollout widened by its gates, and how often by hand without them. */
  readonly promotions: { readonly byGates: number; readonly byHand: number };
  readonly investigations: { readonly open: number; readonly closed: number };
  /** Null until everyone has the change. */
  readonly completion: {
    /** Channels that were told. */
    readonly told: readonly string[];
    readonly isFlagArchived: boolean;
  } | null;
  /** Null while nothing was taken back. */
  readonly rollback: {
    readonly isComplete: boolean;
    readonly hasEvidence: boolean;
    readonly isPostMortemWritten: boolean;
    /** People were written to. */
    readonly messages: number;
  } | null;
};

export type CheckItem = {
  readonly id: string;
  readonly phase: Phase;
  readonly text: string;
  /** Serin ticks it by what it sees; people cannot. */
  readonly isAutomatic: boolean;
  readonly state: CheckState;
  /** What is behind the state, in words. */
  readonly detail: string | null;
  readonly tick: Tick | null;
};

type Seen = { readonly state: CheckState; readonly detail?: string };

type Rule = {
  readonly id: string;
  readonly phase: Phase;
  readonly text: string;
  /** What Serin sees; absent: only people know. */
  readonly see?: (facts: ChecklistFacts) => Seen;
  /** People may tick it where Serin sees nothing. */
  readonly isShared?: true;
};

const DAY_MS = 86_400_000;
/** A test or a drill proves something for so long. */
const FRESH_MS = 30 * DAY_MS;

const ENOUGH_RECORDINGS = 5;

const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const doneIf = (isDone: boolean, detail?: string): Seen => ({
  state: isDone ? 'done' : 'open',
  ...(detail === undefined ? {} : { detail }),
});

function age(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  return days === 0 ? 'today' : `${days} ${days === 1 ? 'day' : 'days'} ago`;
}

const RULES: readonly Rule[] = [
  {
    id: 'baseline',
    phase: 'before',
    text: 'Every guardrail has counted something in the seven days before',
    see: ({ withoutBaseline }) =>
      withoutBaseline.length === 0
        ? { state: 'done' }
        : { state: 'open', detail: `${withoutBaseline.join(', ')} may start without a baseline.` },
  },
  {
    id: 'criteria',
    phase: 'before',
    text: 'What is green, yellow and red is written down',
    see: ({ guardrails }) => doneIf(guardrails > 0, `${guardrails} in the plan`),
  },
  { id: 'replay', phase: 'before', text: 'Recordings of the new page were looked at' },
  {
    id: 'alerts',
    phase: 'before',
    text: 'A message to the people on call was tested',
    see: ({ tested, nowMs }) =>
      tested === null
        ? { state: 'open', detail: 'No channel has taken a test message yet.' }
        : doneIf(nowMs - tested.atMs < FRESH_MS, `${tested.channel}, ${age(nowMs - tested.atMs)}`),
  },
  {
    id: 'drill',
    phase: 'before',
    text: 'The way back was tried',
    see: ({ drilledAtMs, nowMs }) =>
      drilledAtMs === null
        ? { state: 'open', detail: 'Never drilled.' }
        : doneIf(nowMs - drilledAtMs < FRESH_MS, `drilled ${age(nowMs - drilledAtMs)}`),
  },
  { id: 'backup', phase: 'before', text: 'The database has a backup' },
  {
    id: 'team_told',
    phase: 'before',
    text: 'The team knows',
    isShared: true,
    see: ({ toldOfStart }) =>
      toldOfStart.length === 0
        ? { state: 'open' }
        : { state: 'done', detail: `${toldOfStart.join(', ')} told of the start` },
  },
  {
    id: 'first_stage',
    phase: 'start',
    text: 'The first stage is on',
    see: (facts) => sinceStart(facts, () => doneIf(facts.isFirstStageSettled)),
  },
  {
    id: 'seen',
    phase: 'start',
    text: 'Somebody sees the new version',
    see: (facts) => sinceStart(facts, () => doneIf(facts.isSeen)),
  },
  {
    id: 'watched',
    phase: 'start',
    text: 'The first half hour was watched',
    see: (facts) => sinceStart(facts, (startedAtMs) => watched(facts, startedAtMs)),
  },
  {
    id: 'reviewed',
    phase: 'first_day',
    text: 'The numbers were looked at every four hours',
    see: (facts) => sinceStart(facts, (startedAtMs) => reviewed(facts, startedAtMs)),
  },
  {
    id: 'replays',
    phase: 'first_day',
    text: 'Five to ten recordings were watched',
    isShared: true,
    see: (facts) =>
      sinceStart(facts, () =>
        doneIf(
          facts.recordingsWatched >= ENOUGH_RECORDINGS,
          `${facts.recordingsWatched} with the change watched`,
        ),
      ),
  },
  { id: 'support', phase: 'first_day', text: 'The support queue was read' },
  {
    id: 'green',
    phase: 'expansion',
    text: 'All green: widened by the gates',
    see: ({ promotions: { byGates, byHand } }) =>
      byGates + byHand === 0
        ? { state: 'ahead' }
        : doneIf(byHand === 0, byHand === 0 ? timesOf(byGates) : `${timesOf(byHand)} by hand`),
  },
  {
    id: 'yellow',
    phase: 'expansion',
    text: 'Any yellow: investigated',
    see: ({ investigations: { open, closed } }) =>
      open + closed === 0
        ? { state: 'none' }
        : doneIf(open === 0, `${open} open, ${closed} closed`),
  },
  {
    id: 'red',
    phase: 'expansion',
    text: 'Any red: taken back, with a post-mortem',
    see: ({ rollback }) =>
      rollback === null ? { state: 'none' } : doneIf(rollback.isPostMortemWritten),
  },
  {
    id: 'old_version',
    phase: 'after_rollback',
    text: 'People see the old version',
    see: ({ rollback }) => afterRollback(rollback, (one) => doneIf(one.isComplete)),
  },
  {
    id: 'users_told',
    phase: 'after_rollback',
    text: 'Users were told',
    isShared: true,
    see: ({ rollback }) =>
      afterRollback(rollback, ({ messages }) =>
        messages === 0 ? { state: 'open' } : { state: 'done', detail: `${messages} written to` },
      ),
  },
  {
    id: 'report',
    phase: 'after_rollback',
    text: 'The incident report has its evidence',
    see: ({ rollback }) => afterRollback(rollback, (one) => doneIf(one.hasEvidence)),
  },
  {
    id: 'post_mortem',
    phase: 'after_rollback',
    text: 'A post-mortem is scheduled, or written',
    isShared: true,
    see: ({ rollback }) => afterRollback(rollback, (one) => doneIf(one.isPostMortemWritten)),
  },
  {
    id: 'announced',
    phase: 'completion',
    text: 'The full release was announced',
    isShared: true,
    see: ({ completion }) => {
      if (completion === null) return { state: 'none' };
      const { told } = completion;
      return told.length === 0 ? { state: 'open' } : { state: 'done', detail: told.join(', ') };
    },
  },
  {
    id: 'cleaned_up',
    phase: 'completion',
    text: 'The flag is out of the code, and archived',
    see: ({ completion }) =>
      completion === null ? { state: 'none' } : doneIf(completion.isFlagArchived),
  },
];

function sinceStart({ startedAtMs }: ChecklistFacts, see: (startedAtMs: number) => Seen): Seen {
  return startedAtMs === null ? { state: 'ahead' } : see(startedAtMs);
}

type Rollback = NonNullable<ChecklistFacts['rollback']>;
const afterRollback = (rollback: Rollback | null, see: (one: Rollback) => Seen): Seen =>
  rollback === null ? { state: 'none' } : see(rollback);

/** True for items that people may tick. */
export function isForPeople(id: string): boolean {
  const rule = RULES.find((one) => one.id === id);
  return rule !== undefined && (rule.see === undefined || rule.isShared === true);
}

export const isItem = (id: string): boolean => RULES.some((rule) => rule.id === id);

/** Every item with its state. `ticks` are people's, by item. */
export function checklistOf(facts: ChecklistFacts, ticks: ReadonlyMap<string, Tick>): CheckItem[] {
  return RULES.map(({ id, phase, text, see, isShared }) => {
    const tick = ticks.get(id) ?? null;
    const seen: Seen = see?.(facts) ?? { state: unseenState(facts, phase) };
    const state = tick && seen.state !== 'none' ? 'done' : seen.state;
    const isAutomatic = see !== undefined && isShared !== true;
    return { id, phase, text, isAutomatic, state, detail: seen.detail ?? null, tick };
  });
}

/** Of what only people know. */
function unseenState({ startedAtMs, rollback }: ChecklistFacts, phase: Phase): CheckState {
  if (phase === 'before') return 'open';
  if (phase === 'after_rollback' && rollback === null) return 'none';
  return startedAtMs === null ? 'ahead' : 'open';
}
