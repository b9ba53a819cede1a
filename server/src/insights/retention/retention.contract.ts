// `RetentionQuery` on the wire.
import { z } from 'zod';
import {
  BreakdownFilter,
  Filters,
  Text,
  displayOnly,
  given,
  narrowing,
} from '../query-parts.contract.ts';
import { PERIODS, RETENTION_TYPES } from './retention.ts';

const MAX_INTERVALS = 100;

const Entity = z.strictObject({
  id: z
    .string()
    .max(400)
    .nullish()
    .transform((id) => id ?? null)
    .describe('Null: any event.'),
  type: given(z.literal('events')),
  kind: given(z.literal('EventsNode')),
  name: given(Text),
  custom_name: given(Text),
  properties: given(Filters),
  ...displayOnly('order', 'uuid'),
});

export const RetentionQueryBody = z
  .strictObject({
    kind: z.literal('RetentionQuery'),
    retentionFilter: z.strictObject({
      targetEntity: given(Entity),
      returningEntity: given(Entity),
      retentionType: given(z.enum(RETENTION_TYPES)),
      period: given(z.enum(PERIODS)),
      totalIntervals: given(z.number().int().min(1).max(MAX_INTERVALS)),
      minimumOccurrences: given(z.number().int().min(1).max(1000)),
      cumulative: given(z.boolean()),
      timeWindowMode: given(z.enum(['strict_calendar_dates', '24_hour_windows'])),
      ...displayOnly(
        'dashboardDisplay',
        'display',
        'goalLines',
        'meanRetentionCalculation',
        'retentionReference',
        'selectedInterval',
        'showTrendLines',
      ),
    }),
    breakdownFilter: given(BreakdownFilter),
    ...narrowing,
  })
  .meta({ id: 'RetentionQuery' });
