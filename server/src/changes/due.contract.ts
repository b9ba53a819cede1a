// When something is to happen, on the wire: an instant, or wall time in a time zone.
import { z } from 'zod';

export const DueInput = z
  .strictObject({
    /** An instant with its distance from UTC; instead of `local_time` and `time_zone`. */
    at: z.iso.datetime({ offset: true }).optional(),
    /** What clocks show then: `2026-11-30T09:00`. */
    local_time: z.string().max(30).optional(),
    /** IANA name, such as `Europe/Berlin`. */
    time_zone: z.string().max(100).optional(),
    /** For a time that clocks show twice, when they go back. */
    fold: z.enum(['earlier', 'later']).optional(),
  })
  .meta({ id: 'DueInput' });

export const DueBody = z
  .object({
    at: z.iso.datetime(),
    local_time: z.string(),
    time_zone: z.string(),
  })
  .meta({ id: 'Due' });
