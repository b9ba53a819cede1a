// Which recordings are meant, and in which order: one object for the API, for what is saved and for links, in the names
// of the wire.
import type { EventsNode, PropertyFilter } from '#insights/question';

/** What holds of a session, unless `negated`. */
export type Condition = { readonly negated?: boolean | undefined } & (
  | {
      /** `flag_called`: it was asked for; `flag_value`: any event of the session carries the value. */
      readonly kind: 'flag_called' | 'flag_value';
      readonly flag: string;
      /** Any of these; none: whatever it was. */
      readonly values?: readonly string[] | undefined;
    }
  /** The flag had more than one value. */
  | { readonly kind: 'flag_changed'; readonly flag: string }
  | ({
      readonly kind: 'event';
      /** Also events that came without a session, by whom and when. */
      readonly without_session?: boolean | undefined;
    } & Pick<EventsNode, 'event' | 'properties'>)
  | {
      readonly kind: 'exception';
      readonly type?: string | undefined;
      /** Part of it. */
      readonly message?: string | undefined;
      /** As the client named it. */
      readonly fingerprint?: string | undefined;
      /** Id of the issue that it was put into. */
      readonly issue?: string | undefined;
      /** Also those that came without a session, by whom and when. */
      readonly without_session?: boolean | undefined;
    }
  | { readonly kind: 'rage_click' | 'dead_click' | 'watched' | 'pinned' | 'live' }
  | {
      readonly kind: 'console';
      readonly level?: ConsoleLevel | undefined;
      /** Part of the message. */
      readonly text?: string | undefined;
    }
  | {
      readonly kind: 'request';
      readonly method?: string | undefined;
      readonly host?: string | undefined;
      /** Part of it. */
      readonly path?: string | undefined;
      readonly status_from?: number | undefined;
      /** Inclusive. */
      readonly status_to?: number | undefined;
      readonly unanswered?: boolean | undefined;
    }
  | {
      readonly kind: 'measure';
      readonly measure: Measure;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
    }
  | {
      readonly kind: 'url';
      readonly where: 'visited' | 'first';
      readonly match: 'contains' | 'exact';
      readonly value: string;
    }
  | { readonly kind: 'person'; readonly person_id: string }
  /** Of the person, a cohort, a group; of `event`: what its pages and screens say (browser, country). */
  | { readonly kind: 'property'; readonly property: PropertyFilter }
  | { readonly kind: 'source'; readonly source: 'web' | 'mobile' }
  | {
      readonly kind: 'library';
      readonly library: string;
      readonly version?: string | undefined;
    }
  | { readonly kind: 'sessions'; readonly ids: readonly string[] }
  /** Whoever is behind a number of an insight. */
  | { readonly kind: 'people_behind'; readonly people: object }
);

export const CONSOLE_LEVELS = ['log', 'warn', 'error'] as const;
type ConsoleLevel = (typeof CONSOLE_LEVELS)[number];

/** Durations in seconds. */
export const MEASURES = [
  'duration',
  'active_seconds',
  'inactive_seconds',
  'size_bytes',
  'clicks',
  'rage_clicks',
  'errors_after_click',
  'quick_backs',
  'idle_gaps',
  'keys',
  'activity_score',
  'console_errors',
  'console_warnings',
  'requests_4xx',
  'requests_5xx',
  'requests_unanswered',
] as const;
export type Measure = (typeof MEASURES)[number];

/** Largest first. `relevance`: where most conditions hold, and most often; of those alike, where most went wrong. */
export const ORDERS = [
  'start_time',
  'duration',
  'active_seconds',
  'activity_score',
  'clicks',
  'console_errors',
  'errors',
  'relevance',
] as const;
export type Order = (typeof ORDERS)[number];

export type RecordingFilter = {
  /** Of the start, as insights read it: `-7d`, a date, a time; left out: everything that is kept. */
  readonly date_from?: string | undefined;
  readonly date_to?: string | undefined;
  readonly conditions: readonly Condition[];
  /** Whether all conditions hold or any does. */
  readonly match: 'all' | 'any';
  readonly order: Order;
};
