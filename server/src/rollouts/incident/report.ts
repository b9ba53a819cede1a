// What is known of an incident, put together: facts are computed here, nothing of them is typed by anyone.
import type { VerdictLevel } from '#metrics/verdict';
import type { Plan } from '../plan/plan.ts';
import type { Banner, ActionItem, Closing, IncidentEvidence, IncidentKind } from './incident.ts';

type TimelineKind = 'harm' | 'decision' | 'flag' | 'told' | 'person';

/** One line of what happened. */
export type TimelineEntry = {
  readonly atMs: number;
  readonly kind: TimelineKind;
  readonly text: string;
  /** Who did it; null where nobody did. */
  readonly by: string | null;
};

/** What a look saw of each guardrail, for charts. */
export type LookPoint = {
  readonly atMs: number;
  readonly verdict: VerdictLevel;
  readonly lnECombined: number;
  readonly guardrails: readonly {
    readonly id: string;
    readonly treatment: number | null;
    readonly control: number | null;
    readonly lnE: number;
  }[];
};

/** Everything a report says, before it takes the form of a page or of Markdown. */
export type IncidentReport = {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly flagKey: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly rolloutId: string;
  readonly plan: Plan;
  readonly stageIndex: number;
  readonly openedAtMs: number;
  readonly flagOffAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly closing: Closing | null;
  readonly closedBy: string | null;
  readonly culprits: readonly string[];
  readonly reasons: readonly string[];
  /** One sentence per guardrail at the look that decided. */
  readonly numbers: readonly string[];
  readonly evidence: IncidentEvidence | null;
  readonly timeline: readonly TimelineEntry[];
  readonly actionItems: readonly ActionItem[];
  readonly banner: Banner | null;
};

/** Share of all active people who had the change, 0 to 1; null while unknown. */
export function blastRadiusOf(evidence: IncidentEvidence | null): number | null {
  if (evidence === null || evidence.active === 0) return null;
  return Math.min(1, evidence.affected / evidence.active);
}

/** From the first person hurt to the flag taken back; null while one of them is unknown. */
export function exposureMsOf(
  flagOffAtMs: number | null,
  evidence: IncidentEvidence | null,
): number | null {
  const firstMs = evidence?.firstHurtAtMs ?? null;
  return flagOffAtMs === null || firstMs === null ? null : Math.max(0, flagOffAtMs - firstMs);
}

type Event = {
  readonly at: Date;
  readonly type: string;
  readonly actorKind: string;
  readonly actorLabel: string;
  readonly stageIndex: number;
  readonly reasons: readonly string[];
};

type FlagChange = { readonly at: string; readonly action: string; readonly by: string };

type Told = {
  readonly at: Date;
  readonly title: string;
  readonly channel: string;
  readonly state: string;
  readonly finishedAt: Date | null;
};

type Message = {
  readonly confirmedAt: Date;
  readonly confirmedBy: string;
  readonly people: { readonly pending: number; readonly sent: number; readonly failed: number };
};

const MOVES: Readonly<Record<string, string>> = {
  started: 'The rollout started',
  retried: 'The rollout began again',
  stage_applied: 'Watching began',
  promoted: 'Widened',
  approved: 'Approved',
  jumped: 'Put at another stage by hand',
  held: 'Held: nobody else gets the change',
  resumed: 'Went on',
  noted: 'Noted, but left to people',
  acknowledged: 'Acknowledged',
  extended: 'The deadline was moved',
  deadline_near: 'The deadline came near',
  escalated: 'Escalated: nobody had acted',
  rollback_started: 'Taken back',
  rollback_stuck: 'The way back did not get through',
  rolled_back: 'The way back is complete',
  replanned: 'The plan was changed',
};

/** Rollout events, changes of the flag, messages and the first harm, in the order in which they happened. */
export function timelineOf(sources: {
  readonly stages: readonly { readonly name: string }[];
  readonly events: readonly Event[];
  readonly flagChanges: readonly FlagChange[];
  readonly told: readonly Told[];
  /** To the people who had the change. */
  readonly messages: readonly Message[];
  readonly evidence: IncidentEvidence | null;
  readonly culprits: readonly string[];
}): TimelineEntry[] {
  const { stages, events, flagChanges, told, messages, evidence } = sources;
  const firsts = (evidence?.guardrails ?? []).filter(
    ({ id, firstAtMs }) => firstAtMs !== null && isBlamed(id, sources.culprits),
  );
  const entries: TimelineEntry[] = [
    ...events.map((event) => ({
      atMs: event.at.getTime(),
      kind: event.actorKind === 'system' ? ('decision' as const) : ('person' as const),
      text: eventWords(event, stages),
      by: event.actorLabel,
    })),
    ...flagChanges.map(({ at, action, by }) => ({
      atMs: Date.parse(at),
      kind: 'flag' as const,
      text: `The flag was ${action.replaceAll('_', ' ')}.`,
      by,
    })),
    ...told.map((one) => ({
      atMs: (one.finishedAt ?? one.at).getTime(),
      kind: 'told' as const,
      text: toldWords(one),
      by: null,
    })),
    ...messages.map(({ confirmedAt, confirmedBy, people }) => ({
      atMs: confirmedAt.getTime(),
      kind: 'told' as const,
      text: `The people who had the change were written to: ${people.sent} reached, ${people.failed} not, ${people.pending} to come.`,
      by: confirmedBy,
    })),
    ...firsts.map(({ id, firstAtMs, event }) => ({
      atMs: firstAtMs ?? 0,
      kind: 'harm' as const,
      text: `${id}: the first person with the change had ${event}.`,
      by: null,
    })),
  ];
  return entries.toSorted((a, b) => a.atMs - b.atMs);
}

const isBlamed = (id: string, culprits: readonly string[]): boolean =>
  culprits.length === 0 || culprits.includes(id);

function eventWords(
  { type, stageIndex, reasons }: Event,
  stages: readonly { readonly name: string }[],
) {
  const stage = stages[stageIndex];
  const where = stage && (type === 'promoted' || type === 'jumped') ? ` to “${stage.name}”` : '';
  const why = reasons.join(' ');
  return `${MOVES[type] ?? type.replaceAll('_', ' ')}${where}.${why === '' ? '' : ` ${why}`}`;
}

function toldWords({ title, channel, state }: Told): string {
  switch (state) {
    case 'sent':
      return `${channel} was told: ${title}.`;
    case 'merged':
      return `${channel} was told with the next message: ${title}.`;
    case 'pending':
      return `${channel} is about to be told: ${title}.`;
    default:
      return `${channel} could not be told: ${title}.`;
  }
}
