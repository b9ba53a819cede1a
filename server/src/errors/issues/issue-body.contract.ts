// What issues look like on the wire: names of PostHog's API where it has them.
import { z } from 'zod';
import { ISSUE_STATUSES } from './issue.ts';

const when = z.iso.datetime();
const whenOrNull = when.nullable();
const count = z.number().int();

const Assignee = z.object({
  type: z.literal('user'),
  id: z.string(),
  name: z.string(),
  email: z.string(),
});

export const IssueBody = z
  .object({
    id: z.string(),
    fingerprint: z.string().describe('Of its first exception.'),
    name: z.string().describe('The type of what was thrown.'),
    description: z.string(),
    place: z.string().describe('Function and file in the app; empty when not known.'),
    library: z.string().describe('The SDK that reported it first.'),
    status: z.enum(ISSUE_STATUSES).describe('Open, resolved, ignored.'),
    assignee: Assignee.nullable(),
    first_seen: when,
    last_seen: when,
    first_release: z.string().describe('Empty when its first exception named none.'),
    resolved_at: whenOrNull,
    regressed_at: whenOrNull.describe('When it came back after it was resolved.'),
    version: count,
  })
  .meta({ id: 'ErrorIssue' });

export const IssuePartBody = z
  .object({
    fingerprint: z.string(),
    is_own: z.boolean().describe('What the issue is counted by; it cannot be split off.'),
    name: z.string(),
    description: z.string(),
    place: z.string(),
    occurrences: count,
    last_seen: when,
  })
  .meta({ id: 'ErrorIssuePart' });

const Aggregations = z.object({
  occurrences: count,
  users: count.describe('People, each counted once.'),
  sessions: count,
});

const ratio = z.number().nullable();
export const FlagVariantsBody = z
  .object({
    flag_key: z.string(),
    variants: z.array(
      z.object({
        variant: z.string().describe('`true`, `false`, or the key of a variant.'),
        is_control: z.boolean(),
        exposed: count.describe('People who had it.'),
        affected: count.describe('Those to whom the issue happened.'),
        occurrences: count,
        ratio: ratio.describe('Share of affected people over that of control.'),
        ratio_lower: ratio.describe(
          'Covers the true ratio with 95 %, however few people there are.',
        ),
        ratio_upper: ratio.describe(
          'Null also where it has no upper end: nobody of control is affected.',
        ),
        verdict: z
          .enum(['only', 'more', 'unclear'])
          .nullable()
          .describe('Beyond chance: nobody else has it, or it is more frequent than in control.'),
      }),
    ),
    unknown: count.describe('Affected people of whom no value, or several, are known.'),
  })
  .meta({ id: 'ErrorFlagVariants' });

export const ListedIssueBody = IssueBody.extend({
  aggregations: Aggregations.extend({
    first_seen: when,
    last_seen: when,
    volume: z.array(count).describe('Events in each bucket of the range.'),
  }).describe('Within the range.'),
  flag: FlagVariantsBody.nullable().describe('Where a flag was asked for.'),
}).meta({ id: 'ListedErrorIssue' });

const PartBody = Aggregations.extend({
  value: z.string().describe('Empty where exceptions do not say.'),
  first_seen: when,
  last_seen: when,
});

export const RangeBody = z.object({
  from: when,
  to: when,
  step_seconds: count,
});

export const NumbersBody = z
  .object({
    range: RangeBody,
    aggregations: Aggregations,
    occurrences: z.array(count).describe('In each bucket of the range.'),
    users: z.array(count).describe('People in each bucket of the range.'),
    releases: z.array(PartBody),
    browsers: z.array(PartBody),
    systems: z.array(PartBody),
  })
  .meta({ id: 'ErrorIssueNumbers' });

const FrameBody = z.object({
  function: z.string(),
  file: z.string(),
  module: z.string(),
  line: count.nullable(),
  column: count.nullable(),
  in_app: z.boolean(),
  source: z
    .object({ before: z.array(z.string()), line: z.string(), after: z.array(z.string()) })
    .nullable()
    .describe('Lines of code around, where they are known.'),
});

export const IssueEventBody = z
  .object({
    uuid: z.string(),
    timestamp: when,
    person_id: z.string(),
    distinct_id: z.string(),
    session_id: z.string().nullable(),
    recording: z
      .object({
        session_id: z.string(),
        offset_ms: count,
        by: z
          .enum(['session', 'person'])
          .describe(
            '`person`: it came without a session, as servers send it, while its person was recorded.',
          ),
      })
      .nullable()
      .describe('Ten seconds before it, in the recording that it happened in, where one is kept.'),
    fingerprint: z.string(),
    release: z.string(),
    browser: z.string(),
    os: z.string(),
    level: z.string(),
    url: z.string(),
    library: z.string(),
    flags: z.record(z.string(), z.string()),
    exceptions: z
      .array(
        z.object({
          type: z.string(),
          message: z.string(),
          handled: z.boolean().nullable(),
          frames: z.array(FrameBody).describe('The innermost first.'),
        }),
      )
      .describe('What was caught first; each further one is the cause of the one before.'),
  })
  .meta({ id: 'ErrorIssueEvent' });
