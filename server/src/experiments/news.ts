// What people are told of an experiment: which news a look holds, and in which words. Pure, told once each.
import type { NotificationMessage, NotificationType, Severity } from '#notify/message';
import type { Silence } from './exposed.ts';
import type { Recommendation } from './recommendation.ts';

/** Something to tell. */
export type News =
  | { readonly kind: 'started' }
  | { readonly kind: 'ended'; readonly action: 'stopped' | 'shipped' | 'rolled_back' }
  /** A guardrail took everyone back. */
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'worse'; readonly reason: string }
  | { readonly kind: 'decision'; readonly headline: string; readonly reasons: readonly string[] }
  | { readonly kind: 'unhealthy'; readonly reasons: readonly string[] }
  /** Since the launch, or after so many people a day. */
  | { readonly kind: 'no_exposures'; readonly perDay: number | null }
  /** The planned running time is over in so many days. */
  | { readonly kind: 'ends_soon'; readonly inDays: number }
  | { readonly kind: 'uncounted'; readonly reason: string }
  /** What was told of this kind is no more. */
  | { readonly kind: 'over'; readonly of: Trouble };

/** News of what people are to look at, until it is over. */
const TROUBLES = ['worse', 'uncounted', 'unhealthy', 'no_exposures'] as const;
type Trouble = (typeof TROUBLES)[number];
type Keyed = { readonly key: string; readonly news: News };

type Seen = {
  readonly recommendation: Recommendation;
  /** People of all variants. */
  readonly people: number;
  /** Since the launch. */
  readonly days: number;
  /** From the launch to the planned end. */
  readonly plannedDays: number | undefined;
  /** Nobody has been exposed for a day. */
  readonly silence: Silence | null;
};

/** Two days are enough to prepare for what comes after. */
const SOON_DAYS = 2;

/** What has not been told yet, each under the key by which it is remembered; and that all trouble is over. */
export function newsOf(seen: Seen, told: readonly string[]): Keyed[] {
  const { recommendation, people, days, plannedDays = 0, silence } = seen;
  const { status, winner, headline, reasons, guardrails } = recommendation;
  const found: Keyed[] = [];
  // One that is planned for less is about to end from its start on.
  if (plannedDays > SOON_DAYS && days >= plannedDays - SOON_DAYS && days < plannedDays) {
    const news = { kind: 'ends_soon', inDays: plannedDays - days } as const;
    found.push({ key: 'ends_soon', news });
  }
  if ((people === 0 && days >= 1) || silence) {
    const news = { kind: 'no_exposures', perDay: silence?.perDay ?? null } as const;
    found.push({ key: 'no_exposures', news });
  }
  if (status === 'unhealthy') found.push({ key: status, news: { kind: 'unhealthy', reasons } });
  if (DECIDED.includes(status)) {
    const news = { kind: 'decision', headline, reasons } as const;
    found.push({ key: `decision:${status}:${winner ?? ''}`, news });
  }
  found.push(...guardrailNews(guardrails));
  const isTroubled = found.some(({ key }) => troubleOf(key) !== undefined);
  const over = isTroubled ? [] : toldTroubles(told).map(overOf);
  return [...over, ...found.filter(({ key }) => !told.includes(key))];
}

/** Of each guardrail that cannot be counted one, however many variants it is for. */
function guardrailNews(guardrails: Recommendation['guardrails']): Keyed[] {
  const found: Keyed[] = [];
  for (const { uuid, name, variant, state, error } of guardrails) {
    const key = `uncounted:${uuid}`;
    if (state === 'uncounted' && !found.some((one) => one.key === key)) {
      const reason = `The guardrail “${name}” cannot be counted, and guards nothing: ${error}`;
      found.push({ key, news: { kind: 'uncounted', reason } });
    }
    if (state !== 'harmed') continue;
    const reason = `The guardrail “${name}” looks worse in “${variant}”. Proven to be beyond its limit, it gives everyone control by itself.`;
    found.push({ key: `worse:${uuid}:${variant}`, news: { kind: 'worse', reason } });
  }
  return found;
}

const troubleOf = (key: string): Trouble | undefined =>
  TROUBLES.find((kind) => key === kind || key.startsWith(`${kind}:`));
const toldTroubles = (told: readonly string[]): Trouble[] =>
  TROUBLES.filter((kind) => told.some((key) => troubleOf(key) === kind));
const overOf = (of: Trouble): Keyed => ({ key: `over:${of}`, news: { kind: 'over', of } });

/** What has been told by now. Trouble that is over is told anew when it comes back. */
export function toldAfter(told: readonly string[], news: readonly Keyed[]): string[] {
  const isOver = news.some(({ news: { kind } }) => kind === 'over');
  const left = isOver ? told.filter((key) => troubleOf(key) === undefined) : told;
  return [...left, ...news.filter(({ news: { kind } }) => kind !== 'over').map(({ key }) => key)];
}

const DECIDED: readonly Recommendation['status'][] = ['ship', 'rollback', 'review', 'inconclusive'];

export type Subject = {
  readonly id: number;
  readonly name: string;
  readonly flagKey: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly actor: string;
};

type Words = {
  readonly type: NotificationType;
  readonly severity: Severity;
  /** Completes `“One page” in Production …`. */
  readonly what: string;
  readonly step: 'open' | 'resolve' | null;
};

const WORDS: Readonly<Record<Exclude<News['kind'], 'over'>, Words>> = {
  started: { type: 'experiment.started', severity: 'info', what: 'starts', step: null },
  ended: { type: 'experiment.ended', severity: 'info', what: 'is stopped', step: 'resolve' },
  stopped: {
    type: 'experiment.stopped',
    severity: 'error',
    what: 'did harm and is stopped',
    step: 'open',
  },
  worse: { type: 'experiment.guardrail', severity: 'warning', what: 'looks worse', step: 'open' },
  decision: { type: 'experiment.decision', severity: 'info', what: 'has an answer', step: null },
  unhealthy: {
    type: 'experiment.unhealthy',
    severity: 'warning',
    what: 'cannot be trusted',
    step: 'open',
  },
  no_exposures: {
    type: 'experiment.no_exposures',
    severity: 'warning',
    what: 'has had nobody for a day',
    step: 'open',
  },
  ends_soon: {
    type: 'experiment.ends_soon',
    severity: 'info',
    what: 'is about to end as planned',
    step: null,
  },
  uncounted: {
    type: 'experiment.guardrail',
    severity: 'warning',
    what: 'is not guarded',
    step: 'open',
  },
};
/** Told by the type of what it ends, so that whoever hears of the one hears of the other. */
const wordsOf = (news: News): Words =>
  news.kind === 'over'
    ? { type: WORDS[news.of].type, severity: 'info', what: 'is well again', step: 'resolve' }
    : WORDS[news.kind];
const OVER: Readonly<Record<Trouble, string>> = {
  worse: 'No guardrail looks worse any more.',
  uncounted: 'Its guardrails are counted again.',
  unhealthy: 'People come as planned.',
  no_exposures: 'People are reported with its variants.',
};
const ENDED = {
  stopped: 'People keep the variant that they have.',
  shipped: 'A variant is shipped to everyone; its flag can be cleaned up.',
  rolled_back: 'Everyone gets control; its flag can be cleaned up.',
} as const;

/** What happened and what happens next; empty: the title says it all. */
function summaryOf(news: News): string {
  switch (news.kind) {
    case 'started':
      return '';
    case 'ended':
      return ENDED[news.action];
    case 'stopped':
    case 'worse':
    case 'uncounted':
      return news.reason;
    case 'decision':
      return [news.headline, ...news.reasons].join(' ');
    case 'over':
      return OVER[news.of];
    case 'ends_soon':
      return `Its planned running time is over in ${Math.ceil(news.inDays * 24)} hours. It goes on until somebody stops it or ships a variant.`;
    case 'unhealthy':
      return news.reasons.join(' ');
    case 'no_exposures':
      return news.perDay === null
        ? 'Nobody has been reported with one of its variants since the launch. Check that code asks for the flag.'
        : `Nobody has been reported with one of its variants for 24 hours; about ${Math.round(news.perDay)} new ones a day had come before. Check that code still asks for the flag.`;
  }
}

export function experimentMessage(
  { id, name, flagKey, environment, actor }: Subject,
  news: News,
): Omit<NotificationMessage, 'id' | 'at'> {
  const { type, severity, what, step } = wordsOf(news);
  const title = `The experiment “${name}” in ${environment.name} ${what}`;
  return {
    type,
    severity,
    title,
    summary: summaryOf(news) || `${title}.`,
    facts: [
      { name: 'Flag', value: flagKey },
      { name: 'By', value: actor },
    ],
    links: [
      { text: 'Open the experiment', url: `/experiments/${id}?environment=${environment.key}` },
      { text: 'Open the flag', url: `/feature-flags/${flagKey}?environment=${environment.key}` },
    ],
    source: `${flagKey}/${environment.key}`,
    incident: step === null ? null : { key: `experiment:${id}`, step },
    data: {
      experiment_id: id,
      flag_key: flagKey,
      environment: environment.key,
      news: news.kind,
    },
  };
}
