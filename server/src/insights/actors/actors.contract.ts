// `ActorsQuery` on the wire: the people behind a number.
import { z } from 'zod';
import { FunnelsQueryBody } from '../funnels/funnels.contract.ts';
import { LIFECYCLES } from '../people-queries/lifecycle.ts';
import { PathsQueryBody } from '../paths/paths.contract.ts';
import {
  LifecycleQueryBody,
  StickinessQueryBody,
} from '../people-queries/people-queries.contract.ts';
import { displayOnly, given } from '../query-parts.contract.ts';
import { RetentionQueryBody } from '../retention/retention.contract.ts';
import { TrendsQueryBody } from '../trends/trends.contract.ts';

const Label = z.union([
  z.string().max(2000),
  z.number().transform(String),
  z.array(z.string().max(2000)).min(1).max(3),
]);
const place = z.number().int().min(0).max(1000);

const FunnelsActors = z
  .strictObject({
    kind: z.literal('FunnelsActorsQuery'),
    source: FunnelsQueryBody,
    funnelStep: given(z.number().int().min(-20).max(20)).describe(
      'From 1 on: who reached it; -2: who reached step 1 and not step 2.',
    ),
    funnelTrendsEntrancePeriodStart: given(z.string().max(40)).describe(
      'In place of a step, where conversion is asked over time: the interval of entry, as the answer names it.',
    ),
    funnelTrendsDropOff: given(z.boolean()).describe(
      'Of that interval: those who did not convert; left out: those who did.',
    ),
    funnelStepBreakdown: given(Label),
    ...displayOnly('includeRecordings'),
  })
  .meta({ id: 'FunnelsActorsQuery' });

const InsightActors = z
  .strictObject({
    kind: z.literal('InsightActorsQuery'),
    source: z.discriminatedUnion('kind', [
      TrendsQueryBody,
      RetentionQueryBody,
      StickinessQueryBody,
      LifecycleQueryBody,
      PathsQueryBody,
    ]),
    day: given(z.union([z.string().max(40), place])),
    interval: given(place),
    series: given(place),
    formula: given(place).describe(
      'In place of a series, which formula: everybody behind the series that it names.',
    ),
    breakdown: given(Label),
    compare: given(z.enum(['current', 'previous'])),
    status: given(z.enum(LIFECYCLES)),
    ...displayOnly('includeRecordings'),
  })
  .meta({ id: 'InsightActorsQuery' });

/** A number of an insight. */
export const ActorsSourceBody = z.discriminatedUnion('kind', [FunnelsActors, InsightActors]);

export const ActorsQueryBody = z
  .strictObject({
    kind: z.literal('ActorsQuery'),
    source: ActorsSourceBody,
    limit: given(z.number().int().min(1).max(1000)),
    offset: given(z.number().int().min(0).max(1_000_000)),
    ...displayOnly('version', 'response', 'modifiers', 'tags'),
  })
  .meta({ id: 'ActorsQuery' });
