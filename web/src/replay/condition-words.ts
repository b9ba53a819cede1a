// Conditions on sessions in words: the menu they are chosen from, and the chips they become.
import { joinWords } from '../ui/format.ts';
import type { Names } from '../targeting/names.ts';
import { propertyWords } from '../targeting/condition-words.ts';
import { filterList, type Filter } from '../insights/filters.ts';
import type { Condition } from './filter.ts';

export type Kind = Condition['kind'];

type MenuGroup = {
  readonly group: string;
  readonly kinds: readonly { readonly kind: Kind; readonly label: string }[];
};

export const MENU: readonly MenuGroup[] = [
  {
    group: 'Flags',
    kinds: [
      { kind: 'flag_value', label: 'Flag value in the session' },
      { kind: 'flag_called', label: 'Flag asked for' },
      { kind: 'flag_changed', label: 'Flag changed mid-session' },
    ],
  },
  {
    group: 'What happened',
    kinds: [
      { kind: 'event', label: 'Event' },
      { kind: 'exception', label: 'Exception' },
      { kind: 'rage_click', label: 'Rage click' },
      { kind: 'dead_click', label: 'Dead click' },
      { kind: 'console', label: 'Console message' },
      { kind: 'request', label: 'Request of the page' },
      { kind: 'url', label: 'Page visited' },
      { kind: 'measure', label: 'Length, activity, counts' },
    ],
  },
  {
    group: 'Who and where',
    kinds: [
      { kind: 'property', label: 'Person, cohort, group, browser, place' },
      { kind: 'source', label: 'Web or mobile' },
      { kind: 'library', label: 'SDK version' },
    ],
  },
  {
    group: 'Recording',
    kinds: [
      { kind: 'watched', label: 'Watched by me' },
      { kind: 'pinned', label: 'Pinned' },
      { kind: 'live', label: 'Under way now' },
    ],
  },
];

/** What a condition is before anything of it is filled in. */
export function blank(kind: Kind): Condition {
  switch (kind) {
    case 'flag_called':
    case 'flag_value':
    case 'flag_changed':
      return { kind, flag: '' };
    case 'event':
      return { kind, event: null };
    case 'url':
      return { kind, where: 'visited', match: 'contains', value: '' };
    case 'measure':
      return { kind, measure: 'duration' };
    case 'property':
      return { kind, property: { key: '', type: 'person', operator: 'exact', value: [] } };
    case 'source':
      return { kind, source: 'mobile' };
    case 'library':
      return { kind, library: 'web' };
    case 'request':
      return { kind, status_from: 400 };
    case 'person':
      return { kind, person_id: '' };
    case 'sessions':
      return { kind, ids: [] };
    case 'people_behind':
      throw new Error('Only links ask for the people behind a number.');
    default:
      return { kind };
  }
}

const PLAIN: ReadonlySet<Kind> = new Set([
  'rage_click',
  'dead_click',
  'watched',
  'pinned',
  'live',
  'person',
  'sessions',
  'people_behind',
]);

/** Whether there is nothing to fill in. */
export const isPlain = (kind: Kind): boolean => PLAIN.has(kind);

export const MEASURES = [
  { value: 'duration', label: 'Length in seconds' },
  { value: 'active_seconds', label: 'Active seconds' },
  { value: 'inactive_seconds', label: 'Inactive seconds' },
  { value: 'size_bytes', label: 'Size in bytes' },
  { value: 'activity_score', label: 'Activity score' },
  { value: 'clicks', label: 'Clicks' },
  { value: 'rage_clicks', label: 'Rage clicks' },
  { value: 'errors_after_click', label: 'Clicks with an error after' },
  { value: 'quick_backs', label: 'Pages left at once' },
  { value: 'idle_gaps', label: 'Long pauses' },
  { value: 'keys', label: 'Keys' },
  { value: 'console_errors', label: 'Console errors' },
  { value: 'console_warnings', label: 'Console warnings' },
  { value: 'requests_4xx', label: 'Requests refused (4xx)' },
  { value: 'requests_5xx', label: 'Requests failed (5xx)' },
  { value: 'requests_unanswered', label: 'Requests without answer' },
] as const;

/** `not checkout = true`: what a chip says. */
export function conditionWords(condition: Condition, names: Names): string {
  const words = positiveWords(condition, names);
  return condition.negated ? `not: ${words}` : words;
}

type WordsOf = {
  readonly [K in Kind]: (
    condition: Extract<Condition, { readonly kind: K }>,
    names: Names,
  ) => string;
};

const WORDS: WordsOf = {
  flag_called: ({ flag, values }) => `${flag} asked for${valueWords(values)}`,
  flag_value: ({ flag, values }) => `${flag}${valueWords(values) || ' has a value'}`,
  flag_changed: ({ flag }) => `${flag} changed`,
  event: eventWords,
  exception: ({ type, message, fingerprint, issue, without_session: withoutSession }) =>
    [
      issue ? 'exception of one error' : 'exception',
      type,
      message && `“${message}”`,
      fingerprint && `group ${fingerprint}`,
      withoutSession && 'also of servers, by person and time',
    ]
      .filter(Boolean)
      .join(' '),
  rage_click: () => 'rage click',
  dead_click: () => 'dead click',
  console: ({ level, text }) => `console ${level ?? 'message'}${text ? ` “${text}”` : ''}`,
  request: requestWords,
  measure: measureWords,
  url: ({ where, value }) => `${where === 'first' ? 'began at' : 'visited'} ${value}`,
  person: () => 'one person',
  property: ({ property }, names) => {
    const { type = 'event', ...rest } = property as Filter;
    return propertyWords(
      { ...rest, type: type === 'feature' ? 'event' : (type ?? 'event') },
      names,
    );
  },
  source: ({ source }) => (source === 'mobile' ? 'mobile app' : 'web'),
  library: ({ library, version }) => [library, version].filter(Boolean).join(' '),
  sessions: ({ ids }) => (ids.length === 1 ? 'one session' : `${ids.length} chosen sessions`),
  people_behind: () => 'people behind a number',
  watched: () => 'watched by me',
  pinned: () => 'pinned',
  live: () => 'under way',
};

function positiveWords(condition: Condition, names: Names): string {
  // Each kind has its own; TypeScript does not see that they belong together.
  const words = WORDS[condition.kind] as (one: Condition, names: Names) => string;
  return words(condition, names);
}

const valueWords = (values: readonly string[] | undefined): string =>
  values === undefined ? '' : ` = ${joinWords(values, 'or')}`;

function eventWords({ event, properties }: Extract<Condition, { kind: 'event' }>): string {
  const list = filterList(properties);
  const count = list === null ? 1 : list.length;
  const name = event ?? 'any event';
  if (count === 0) return name;
  return `${name} with ${count === 1 ? 'a condition' : `${count} conditions`}`;
}

function requestWords(condition: Extract<Condition, { kind: 'request' }>): string {
  const { status_from: from, status_to: to, method, host, path, unanswered } = condition;
  const status =
    from === undefined && to === undefined
      ? undefined
      : from === to
        ? String(from)
        : to === undefined
          ? `${from} and above`
          : `${from ?? 0}–${to}`;
  const of = [method, host, path].filter(Boolean).join(' ');
  return ['request', of, status, unanswered ? 'without answer' : undefined]
    .filter(Boolean)
    .join(' ');
}

function measureWords({ measure, min, max }: Extract<Condition, { kind: 'measure' }>): string {
  const label = MEASURES.find(({ value }) => value === measure)?.label ?? measure;
  const limits = [min === undefined ? '' : `≥ ${min}`, max === undefined ? '' : `≤ ${max}`];
  return `${label.toLowerCase()} ${limits.filter(Boolean).join(' and ')}`.trim();
}
