// A condition on what people did, as a form holds it, and in words.
import type { Cohort } from '../api/cohorts.ts';
import {
  type ConditionDraft,
  conditionFrom,
  newCondition,
  rowId,
  storedFrom,
} from '../targeting/condition-draft.ts';
import { conditionProblems, type Found } from '../targeting/condition-problem.ts';
import { propertyWords } from '../targeting/condition-words.ts';
import { formatNumber, joinWords } from '../ui/format.ts';

type Node = Cohort['filters']['properties']['values'][number];
/** As it is stored. */
export type Behaviour = Extract<Node, { type: 'behavioral' }>;
export type BehaviourKind = Behaviour['value'];
type Unit = NonNullable<Behaviour['time_interval']>;

export type BehaviourDraft = {
  readonly id: string;
  readonly behaviour: Omit<Behaviour, 'event_filters'>;
  /** What the event’s own properties must be. */
  readonly filters: readonly ConditionDraft[];
};

export const UNITS: readonly Unit[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];

const LAST = { time_value: 30, time_interval: 'day' } as const;
const OFTEN = { operator: 'gte', operator_value: 3 } as const;
const RECENT = { seq_time_value: 7, seq_time_interval: 'day' } as const;

/** What each kind has when it is chosen, beside the event. */
const DEFAULTS: Record<BehaviourKind, Partial<Behaviour>> = {
  performed_event: LAST,
  performed_event_multiple: { ...LAST, ...OFTEN },
  performed_event_first_time: LAST,
  performed_event_regularly: {
    ...OFTEN,
    operator_value: 1,
    time_value: 1,
    time_interval: 'week',
    min_periods: 3,
    total_periods: 4,
  },
  performed_event_sequence: { ...LAST, ...RECENT, seq_event: '', seq_event_type: 'events' },
  stopped_performing_event: { ...LAST, ...RECENT },
  restarted_performing_event: { ...LAST, ...RECENT },
};

export function newBehaviour(): BehaviourDraft {
  const event = { type: 'behavioral', key: '', event_type: 'events' } as const;
  const behaviour = { ...event, value: 'performed_event' as const, ...LAST };
  return { id: rowId(), behaviour, filters: [] };
}

/** Turns to another kind; the event, its filters and whether it is negated stay. */
export function withKind(draft: BehaviourDraft, value: BehaviourKind): BehaviourDraft {
  const { type, key, event_type, negation } = draft.behaviour;
  const kept = { type, key, event_type, value, ...(negation ? { negation } : {}) };
  return { ...draft, behaviour: { ...kept, ...DEFAULTS[value] } };
}

export function withNegation(draft: BehaviourDraft, isNegated: boolean): BehaviourDraft {
  const { negation: _, ...behaviour } = draft.behaviour;
  return { ...draft, behaviour: isNegated ? { ...behaviour, negation: true } : behaviour };
}

/** Looks back over the whole time, or over a span again. */
export function withEver(draft: BehaviourDraft, isEver: boolean): BehaviourDraft {
  const {
    time_value: _value,
    time_interval: _unit,
    explicit_datetime: _from,
    explicit_datetime_to: _to,
    ...behaviour
  } = draft.behaviour;
  const window = isEver ? { explicit_datetime: 'all' } : LAST;
  return { ...draft, behaviour: { ...behaviour, ...window } };
}

export function newEventFilter(): ConditionDraft {
  return newCondition('event');
}

export function behaviourFrom({
  event_filters: filters = [],
  ...behaviour
}: Behaviour): BehaviourDraft {
  return { id: rowId(), behaviour, filters: filters.map(conditionFrom) };
}

/** The condition as it is stored. */
export function storedBehaviour({ behaviour, filters }: BehaviourDraft): Behaviour {
  const stored = filters.map((filter) => {
    const { key, operator = 'exact', value } = storedFrom(filter);
    return { type: 'event' as const, key, operator, value: value as never };
  });
  const { seq_event: next } = behaviour;
  return {
    ...behaviour,
    key: behaviour.key.trim(),
    ...(next === undefined ? {} : { seq_event: next.trim() }),
    ...(stored.length > 0 ? { event_filters: stored } : {}),
  };
}

/** What lacks before it can be saved; `at` is where it stands. */
export function behaviourProblems({ behaviour, filters }: BehaviourDraft, at: string): Found[] {
  const found: Found[] = [];
  if (behaviour.key.trim() === '') found.push([`${at}.event`, 'Choose an event.']);
  if (behaviour.seq_event?.trim() === '') {
    found.push([`${at}.next.event`, 'Choose the event that follows.']);
  }
  const { min_periods: min = 0, total_periods: total = 0 } = behaviour;
  if (min > total) found.push([`${at}.min_periods`, 'No more than there are periods.']);
  const named = conditionProblems(filters, at).map(([attr, problem]): Found => [
    attr.replace('.properties.', '.event_filters.'),
    problem,
  ]);
  return [...found, ...named];
}

const span = (count = 1, unit: Unit = 'day'): string =>
  `${formatNumber(count)} ${unit}${count === 1 ? '' : 's'}`;

const COMPARED = {
  gte: 'at least',
  lte: 'at most',
  gt: 'more than',
  lt: 'fewer than',
  exact: 'exactly',
};

function oftenWords({ operator = 'exact', operator_value: count = 1 }: Behaviour): string {
  return `${COMPARED[operator]} ${count === 1 ? 'once' : `${formatNumber(count)} times`}`;
}

function windowWords(behaviour: Behaviour): string {
  const { explicit_datetime: from, explicit_datetime_to: to } = behaviour;
  if (from === 'all') return to === undefined ? 'at any time' : `at any time until ${to}`;
  if (from !== undefined) return to === undefined ? `since ${from}` : `from ${from} to ${to}`;
  return `in the last ${span(behaviour.time_value, behaviour.time_interval)}`;
}

/** `did order at least 3 times in the last 14 days, where plan is pro`. */
export function behaviourWords(behaviour: Behaviour): string {
  const { key, negation = false, event_filters: filters = [] } = behaviour;
  const did = negation ? 'did not do' : 'did';
  const where =
    filters.length === 0 ? '' : `, where ${joinWords(filters.map((one) => propertyWords(one)))}`;
  return `${sentence(behaviour, did, key, negation)}${where}`;
}

function sentence(behaviour: Behaviour, did: string, key: string, isNot: boolean): string {
  const window = windowWords(behaviour);
  const recent = span(behaviour.seq_time_value, behaviour.seq_time_interval);
  switch (behaviour.value) {
    case 'performed_event':
      return `${did} ${key} ${window}`;
    case 'performed_event_multiple':
      return `${did} ${key} ${oftenWords(behaviour)} ${window}`;
    case 'performed_event_first_time':
      return `${did} ${key} for the first time ${window}`;
    case 'performed_event_regularly': {
      const { min_periods: min = 1, total_periods: total = 1 } = behaviour;
      const period = span(behaviour.time_value, behaviour.time_interval);
      return `${did} ${key} ${oftenWords(behaviour)} per ${period}, in ${min} of the last ${total}`;
    }
    case 'performed_event_sequence':
      return `${did} ${key} ${window}, then ${behaviour.seq_event} within ${recent}`;
    case 'stopped_performing_event':
      return `${isNot ? 'did not stop' : 'stopped'} doing ${key}: ${window}, but not in the last ${recent}`;
    case 'restarted_performing_event':
      return `${isNot ? 'did not come' : 'came'} back to ${key} in the last ${recent}, after none ${window}`;
  }
}
