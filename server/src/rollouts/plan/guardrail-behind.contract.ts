// Whom a guardrail's harm happened to, on the wire.
import { z } from 'zod';
import { EVENT_OPERATORS } from '#metrics/guardrail';

const EventProperty = z.object({
  key: z.string(),
  type: z.literal('event'),
  operator: z.enum(EVENT_OPERATORS),
  value: z
    .union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.union([z.string(), z.number(), z.boolean()])),
    ])
    .optional(),
});

export const Behind = z
  .object({
    event: z.string(),
    properties: z.array(EventProperty).describe('All hold of the event.'),
    is_missing: z.boolean().describe('Less is harm: those who had no such event are behind it.'),
    recordings: z
      .object({
        kind: z.literal('event'),
        event: z.string(),
        properties: z.array(EventProperty),
        without_session: z.boolean(),
        negated: z.boolean().optional(),
      })
      .describe('The same as a condition of `RecordingFilter`.'),
  })
  .nullable()
  .describe('Whom the harm happened to; null where no event of people says.');
