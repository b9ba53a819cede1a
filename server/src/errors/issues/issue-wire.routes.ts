// Issues as answers have them.
import type { z } from 'zod';
import type {
  FlagVariantsBody,
  IssueBody,
  IssueEventBody,
  IssuePartBody,
  ListedIssueBody,
  NumbersBody,
} from './issue-body.contract.ts';
import type { IssueEvent, Numbers } from './issue.service.ts';
import type { Issue } from './issue.ts';
import type { ListedIssue } from './listing.service.ts';
import type { IssuePart } from './parts.service.ts';
import type { Range } from './range.ts';
import type { FlagVariants } from './variants.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function issueBody(issue: Issue): z.input<typeof IssueBody> {
  return {
    id: issue.id,
    fingerprint: issue.fingerprint,
    name: issue.name,
    description: issue.description,
    place: issue.place,
    library: issue.library,
    status: issue.status,
    assignee: issue.owner && { type: 'user', ...issue.owner },
    first_seen: issue.firstSeen.toISOString(),
    last_seen: issue.lastSeen.toISOString(),
    first_release: issue.firstRelease,
    resolved_at: issue.resolvedAt?.toISOString() ?? null,
    regressed_at: issue.regressedAt?.toISOString() ?? null,
    version: issue.version,
  };
}

export const partBody = (part: IssuePart): z.input<typeof IssuePartBody> => ({
  fingerprint: part.fingerprint,
  is_own: part.isOwn,
  name: part.name,
  description: part.description,
  place: part.place,
  occurrences: part.events,
  last_seen: iso(part.lastMs),
});

export const rangeBody = ({ fromMs, toMs, stepMs }: Range) => ({
  from: iso(fromMs),
  to: iso(toMs),
  step_seconds: stepMs / 1000,
});

function countBody(count: Numbers['total']) {
  const { events = 0, people = 0, sessions = 0 } = count ?? {};
  return { occurrences: events, users: people, sessions };
}

export const listedBody = ({
  issue,
  count,
  volume,
  variants,
}: ListedIssue): z.input<typeof ListedIssueBody> => ({
  ...issueBody(issue),
  aggregations: {
    ...countBody(count),
    first_seen: iso(count.firstMs),
    last_seen: iso(count.lastMs),
    volume: [...volume],
  },
  flag: variants && variantsBody(variants),
});

export function variantsBody({
  flag,
  rows,
  unknown,
}: FlagVariants): z.input<typeof FlagVariantsBody> {
  return {
    flag_key: flag,
    unknown,
    variants: rows.map((row) => ({
      variant: row.value,
      is_control: row.isControl,
      exposed: row.exposed,
      affected: row.affected,
      occurrences: row.events,
      ratio: row.ratio,
      ratio_lower: row.lower,
      ratio_upper: row.upper,
      verdict: row.verdict,
    })),
  };
}

export function numbersBody(numbers: Numbers): z.input<typeof NumbersBody> {
  const parts = (list: Numbers['releases']) =>
    list.map((part) => ({
      value: part.value,
      ...countBody(part),
      first_seen: iso(part.firstMs),
      last_seen: iso(part.lastMs),
    }));
  return {
    range: rangeBody(numbers.range),
    aggregations: countBody(numbers.total),
    occurrences: [...numbers.series.events],
    users: [...numbers.series.people],
    releases: parts(numbers.releases),
    browsers: parts(numbers.browsers),
    systems: parts(numbers.systems),
  };
}

export function eventBody(event: IssueEvent): z.input<typeof IssueEventBody> {
  return {
    uuid: event.uuid,
    timestamp: iso(event.atMs),
    person_id: event.personId,
    distinct_id: event.distinctId,
    session_id: event.sessionId || null,
    recording: event.recording && {
      session_id: event.recording.sessionId,
      offset_ms: event.recording.offsetMs,
      by: event.recording.isOfSession ? ('session' as const) : ('person' as const),
    },
    fingerprint: event.fingerprint,
    release: event.release,
    browser: event.browser,
    os: event.os,
    level: event.level,
    url: event.url,
    library: event.library,
    flags: { ...event.flags },
    exceptions: event.exceptions.map(({ type, message, isHandled, frames }) => ({
      type,
      message,
      handled: isHandled,
      frames: frames.map((frame) => ({
        function: frame.function,
        file: frame.file,
        module: frame.module,
        line: frame.line,
        column: frame.column,
        in_app: frame.isInApp,
        source: frame.source && {
          before: [...frame.source.before],
          line: frame.source.line,
          after: [...frame.source.after],
        },
      })),
    })),
  };
}
