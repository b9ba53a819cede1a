// The one form in which events go through Serin, from the moment they are accepted.
import type { PersonEvent } from '#identity/person';
import type { JsonObject } from '#kernel/json';
import type { EventOrigin } from './event-place.ts';
import type { Warning } from './warning.ts';

/**
 * Name of the internal event that says who was given which value of a flag. Lists of events leave it out
 * unless they are asked for it.
 */
export const EVALUATED_EVENT = '$feature_flag_evaluated';

/** Name of the internal event that holds a data point of a metric; left out of lists likewise. */
export const METRIC_EVENT = '$metric';

/** Events that lists leave out unless they are asked for them. */
export const HIDDEN_EVENTS: readonly string[] = [EVALUATED_EVENT, METRIC_EVENT];

/** An event ready to be stored, but for the person. */
export type NormalizedEvent = {
  readonly uuid: string;
  readonly event: string;
  readonly distinctId: string;
  /** When it happened, milliseconds since the epoch, corrected by the client's clock error. */
  readonly atMs: number;
  /** The time by the client's own clock; undefined when it gave none. */
  readonly claimedMs: number | undefined;
  readonly sessionId: string;
  /** Key and value of `$feature_flag_called`; empty otherwise. */
  readonly flag: string;
  readonly flagResponse: string;
  /** `$feature/<key>` → `true`, `false` or the variant. */
  readonly flags: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
  readonly properties: JsonObject;
  readonly person: PersonEvent;
};

export type Normalized =
  /** Stored; `warnings` say what was repaired. */
  | {
      readonly kind: 'event';
      readonly event: NormalizedEvent;
      readonly warnings: readonly Warning[];
    }
  /** Not stored: the client sent something unusable. */
  | { readonly kind: 'invalid'; readonly uuid: string | undefined; readonly problem: Warning }
  /** Not stored, by the rules. */
  | {
      readonly kind: 'dropped';
      readonly uuid: string;
      readonly event: string;
      readonly distinctId?: string;
      readonly problem: Warning | undefined;
    };

/** What the request says about all of its events. */
export type NormalizeContext = {
  readonly receivedAtMs: number;
  readonly sentAt: unknown;
  /** Makes an id for an event without one; `seed` is present when a resend must give the same. */
  readonly makeUuid: (seed: string | undefined) => string;
  /** One per request: stands in for visitors who refuse cookies. */
  readonly requestId: string;
  /** Absent for what does not come from a client. */
  readonly origin?: EventOrigin | undefined;
  /** Capture v1: fields beside `properties`, and stricter rules about ids. */
  readonly v1?: {
    readonly library: string | undefined;
    readonly libraryVersion: string | undefined;
  };
};
