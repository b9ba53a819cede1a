// A request's events all together: those to keep, what is to be said about the others, and what the
// client is told.
import type { NormalizeContext, NormalizedEvent } from './event.ts';
import { normalizeEvent } from './normalize.ts';
import type { NotedWarning } from './record.ts';
import type { Warning } from './warning.ts';

/** What became of one event; capture v1 reports it by uuid. */
export type EventOutcome = {
  /** Undefined when the event had none that can be read. */
  readonly uuid: string | undefined;
  readonly result: 'ok' | 'warning' | 'drop';
  readonly details?: string;
};

export type RequestEvents = {
  readonly events: readonly NormalizedEvent[];
  readonly warnings: readonly NotedWarning[];
  /** One per event, in the same order. */
  readonly outcomes: readonly EventOutcome[];
  /** What was wrong, when not one event could be used. */
  readonly problem: Warning | undefined;
};

/** Normalises every event; single unusable ones do not matter to the others. */
export function readRequestEvents(
  raws: readonly unknown[],
  context: NormalizeContext,
): RequestEvents {
  const events: NormalizedEvent[] = [];
  const warnings: NotedWarning[] = [];
  const outcomes: EventOutcome[] = [];
  let problem: Warning | undefined;
  let isAnyUsable = false;
  for (const raw of raws) {
    const read = normalizeEvent(raw, context);
    if (read.kind === 'event') {
      isAnyUsable = true;
      const { uuid, event, distinctId } = read.event;
      events.push(read.event);
      for (const warning of read.warnings) warnings.push({ ...warning, uuid, event, distinctId });
      const [first] = read.warnings;
      outcomes.push(
        first ? { uuid, result: 'warning', details: first.kind } : { uuid, result: 'ok' },
      );
      continue;
    }
    const { uuid } = read;
    if (read.problem) {
      const { event, distinctId } = read.kind === 'dropped' ? read : {};
      warnings.push({
        ...read.problem,
        ...(uuid === undefined ? {} : { uuid }),
        ...(event === undefined ? {} : { event }),
        ...(distinctId === undefined ? {} : { distinctId }),
      });
    }
    outcomes.push({
      uuid,
      result: 'drop',
      ...(read.problem ? { details: read.problem.kind } : {}),
    });
    if (read.kind === 'invalid') problem ??= read.problem;
    else isAnyUsable = true;
  }
  return { events, warnings, outcomes, problem: isAnyUsable ? undefined : problem };
}

/** The outcomes of a request of whose events some were too large to keep. */
export function withoutTooLarge(
  outcomes: readonly EventOutcome[],
  tooLarge: readonly NotedWarning[],
): readonly EventOutcome[] {
  const uuids = new Set(tooLarge.map((warning) => warning.uuid));
  return outcomes.map((outcome) =>
    uuids.has(outcome.uuid)
      ? { uuid: outcome.uuid, result: 'drop', details: 'event_too_large' }
      : outcome,
  );
}
