// What every rollout should watch, with the bands that most teams agree on, and where its numbers are found: the
// first source whose events this project has seen. What has no source is left out and named, with how to get it.
import type { Series } from '#metrics/guardrail';
import type { GuardrailFields } from '../plan/guardrail-fields.ts';
import type { LeftOut } from './templates.ts';

/** A guardrail as a plan on the wire writes it; the rest has defaults. */
export type GuardrailInput = Partial<GuardrailFields> & Pick<GuardrailFields, 'id' | 'kind'>;

/** Where a guardrail may get its numbers from. */
type Source = { readonly series: Series; readonly guardrail: GuardrailInput };

export type UsualGuardrail = {
  readonly name: string;
  readonly how: string;
  /** The best one first. */
  readonly sources: readonly Source[];
};

const plain = (event: string, property: string | null = null): Series => ({
  event,
  filters: [],
  property,
});

/** Names that a finished purchase or sign-up has in most products. */
const CONVERSIONS = [
  'order_completed',
  'order completed',
  'Order Completed',
  'purchase_completed',
  'purchase',
  'checkout_completed',
  'subscription_started',
  'signed_up',
  'user signed up',
  'sign_up',
  'signup_completed',
];

/** Events of servers and browsers that say how long an answer took, in milliseconds. */
const DURATIONS: readonly (readonly [event: string, property: string])[] = [
  ['$http_server_request', 'duration_ms'],
  ['api_request', 'duration_ms'],
  ['api_request', 'latency_ms'],
  ['api_response', 'duration_ms'],
  ['request', 'duration_ms'],
  ['request_completed', 'duration_ms'],
  ['$pageview', 'duration_ms'],
];

const conversion = (event: string): Source => ({
  series: plain(event),
  guardrail: {
    id: 'conversion',
    kind: 'conversion',
    event,
    compare: 'relative',
    yellow: -0.05,
    red: -0.1,
  },
});

const latency = ([event, property]: readonly [string, string]): Source => ({
  series: plain(event, property),
  guardrail: {
    id: 'latency',
    kind: 'latency',
    event,
    property,
    percentile: 95,
    compare: 'delta_ms',
    yellow: 50,
    red: 100,
    absolute: { yellow: 300, red: 500 },
  },
});

/** A page takes seconds where a server takes milliseconds: half a second more is looked into, not taken back. */
const PAGE_LOAD: Source = {
  series: plain('$web_vitals', '$web_vitals_LCP_value'),
  guardrail: {
    id: 'page-load',
    kind: 'latency',
    event: '$web_vitals',
    property: '$web_vitals_LCP_value',
    percentile: 95,
    compare: 'delta_ms',
    yellow: 250,
    red: 500,
    on_red: 'hold',
  },
};

const ERRORS: UsualGuardrail = {
  name: 'Error rate',
  how: 'Switch exception capture on in posthog-js or posthog-node, or send $exception events.',
  sources: [
    {
      series: plain('$exception'),
      guardrail: {
        id: 'errors',
        kind: 'exception_users',
        yellow: 1.5,
        red: 2,
        absolute: { yellow: 0.01, red: 0.02 },
      },
    },
  ],
};

const LATENCY: UsualGuardrail = {
  name: 'p95 latency',
  how: 'Send an event with its duration_ms from your server (api_request), or switch web vitals on in posthog-js.',
  sources: [...DURATIONS.map(latency), PAGE_LOAD],
};

const TICKETS: UsualGuardrail = {
  name: 'Support tickets',
  how: 'Send support_ticket with the person’s id when somebody writes to support.',
  sources: [
    {
      series: plain('support_ticket'),
      guardrail: { id: 'tickets', kind: 'support_tickets', yellow: 1.5, red: 2 },
    },
  ],
};

const RAGE_CLICKS: UsualGuardrail = {
  name: 'Rage clicks',
  how: 'Switch autocapture on in posthog-js; it sends $rageclick.',
  sources: [
    {
      series: plain('$rageclick'),
      guardrail: { id: 'rage-clicks', kind: 'rage_clicks', absolute: { yellow: 0.05, red: 0.1 } },
    },
  ],
};

/** @param conversionEvent what the asker calls success; null: by its usual names */
export function usualGuardrails(conversionEvent: string | null): readonly UsualGuardrail[] {
  const conversions = conversionEvent === null ? CONVERSIONS : [conversionEvent];
  const converted: UsualGuardrail = {
    name: 'Conversion',
    how: 'Name the event that means success, or send order_completed when somebody buys.',
    sources: conversions.map(conversion),
  };
  return [ERRORS, LATENCY, converted, TICKETS, RAGE_CLICKS];
}

/** Everything that has to be counted to know which sources there are, in a fixed order. */
export const seriesOf = (usual: readonly UsualGuardrail[]): Series[] =>
  usual.flatMap(({ sources }) => sources.map(({ series }) => series));

/** @param counts of {@link seriesOf}, in its order */
export function chooseGuardrails(
  usual: readonly UsualGuardrail[],
  counts: readonly number[],
): { readonly guardrails: GuardrailInput[]; readonly leftOut: LeftOut[] } {
  const guardrails: GuardrailInput[] = [];
  const leftOut: LeftOut[] = [];
  let at = 0;
  for (const { name, how, sources } of usual) {
    const seen = counts.slice(at, at + sources.length);
    at += sources.length;
    const source = sources.find((one, index) => (seen[index] ?? 0) >= leastOf(one));
    if (source) guardrails.push(source.guardrail);
    else leftOut.push({ kind: 'guardrail', name, reason: reasonFor(sources), how });
  }
  return { guardrails, leftOut };
}

/** A percentile needs some numbers before it is one; see the baselines of a start. */
const LEAST_NUMBERS = 100;
const leastOf = ({ series }: Source) => (series.property === null ? 1 : LEAST_NUMBERS);

function reasonFor(sources: readonly Source[]): string {
  const names = [...new Set(sources.map(({ series }) => series.event))];
  const some = names.slice(0, 2).join(' or ');
  const more = names.length > 2 ? ' or the like' : '';
  return `No ${some}${more} has arrived in the last seven days.`;
}
