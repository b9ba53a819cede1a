// What people are told of issues, in words.
import { clip, type NotificationMessage } from '#notify/message';

type Named = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly place: string;
};

export type IssueNews =
  | { readonly kind: 'new'; readonly release: string }
  | { readonly kind: 'regression'; readonly release: string }
  /** People in the last hour, and in the busiest hour of the seven days before. */
  | { readonly kind: 'spike'; readonly people: number; readonly usual: number };

type Environment = { readonly key: string; readonly name: string };

const MAX_TITLE_CHARS = 200;

const TYPES = { new: 'error.new', regression: 'error.regression', spike: 'error.spike' } as const;
const WHAT = {
  new: 'New error in',
  regression: 'A resolved error is back in',
  spike: 'An error suddenly happens to many in',
} as const;

export function issueMessage(
  issue: Named,
  environment: Environment,
  news: IssueNews,
): Omit<NotificationMessage, 'id' | 'at'> {
  const called = issue.description === '' ? issue.name : `${issue.name}: ${issue.description}`;
  return {
    type: TYPES[news.kind],
    severity: news.kind === 'new' ? 'warning' : 'error',
    title: clip(`${WHAT[news.kind]} ${environment.name}: ${called}`, MAX_TITLE_CHARS),
    summary: `${called}. ${sentenceOf(news)}`,
    facts: [
      ...(issue.place === '' ? [] : [{ name: 'Where', value: issue.place }]),
      ...(news.kind === 'spike' || news.release === ''
        ? []
        : [{ name: 'Release', value: news.release }]),
    ],
    links: [{ text: 'Open the error', url: `/errors/${issue.id}?environment=${environment.key}` }],
    source: `errors/${environment.key}`,
    incident: null,
    data: { issue_id: issue.id, environment: environment.key, name: issue.name, ...dataOf(news) },
  };
}

function sentenceOf(news: IssueNews): string {
  switch (news.kind) {
    case 'new':
      return 'It has not been seen before.';
    case 'regression':
      return news.release === ''
        ? 'It was resolved, and has happened again.'
        : `It was resolved, and has happened again in ${news.release}.`;
    case 'spike':
      return `It happened to ${news.people} people in the last hour; in the busiest hour of the week before, to ${news.usual}.`;
  }
}

function dataOf(news: IssueNews): Record<string, string | number> {
  return news.kind === 'spike'
    ? { people: news.people, people_in_busiest_hour: news.usual }
    : { release: news.release };
}

/** What is told of one issue is told in its order. */
export const subjectOf = (issueId: string): string => `error:${issueId}`;

/** What `issueMessage` tells, without what the exception said. */
export function withoutWords(message: NotificationMessage): NotificationMessage {
  const { name, environment } = message.data as { name: string; environment: string };
  return {
    ...message,
    title: `${name} in ${environment}`,
    summary: 'What it said is erased.',
  };
}

/** Told instead of each by itself when many come at once. */
export function manyNewMessage(
  issues: readonly Named[],
  environment: Environment,
): Omit<NotificationMessage, 'id' | 'at'> {
  // Not what they say: that goes with the person of whom it is, and this is of many.
  const names = issues
    .slice(0, MANY_NAMED)
    .map(({ name, place }) => (place === '' ? name : `${name} (${place})`));
  const title = `${issues.length} new errors in ${environment.name}`;
  return {
    type: 'error.new',
    severity: 'warning',
    title,
    summary: clip(`Among them ${names.join('; ')}.`, 1000),
    facts: [],
    links: [{ text: 'Open errors', url: `/errors?environment=${environment.key}` }],
    source: `errors/${environment.key}`,
    incident: null,
    data: { environment: environment.key, count: issues.length },
  };
}

const MANY_NAMED = 5;

const LEAST_SPIKE_PEOPLE = 10;
const SPIKE_TIMES = 3;

/** Ten people at least within an hour, and three times those of the busiest hour of the seven days before. */
export function isSpike({ people, usual }: { people: number; usual: number }): boolean {
  return people >= LEAST_SPIKE_PEOPLE && people >= SPIKE_TIMES * usual;
}
