// `FunnelsQuery` on the wire.
import { z } from 'zod';
import { ATTRIBUTIONS, WINDOW_UNITS_MS, type WindowUnit } from './funnels.ts';
import {
  BreakdownFilter,
  Interval,
  displayOnly,
  eventsNode,
  given,
  narrowing,
} from '../query-parts.contract.ts';

const MAX_STEPS = 20;
const stepIndex = z.number().int().min(0).max(MAX_STEPS);
const UNITS = Object.keys(WINDOW_UNITS_MS) as [WindowUnit, ...WindowUnit[]];

const FunnelStep = z.strictObject({
  kind: z.literal('EventsNode'),
  ...eventsNode,
  /** Every step is counted once per person. */
  math: given(z.enum(['total', 'dau'])),
  optionalInFunnel: given(z.literal(false)),
});

const Exclusion = z.strictObject({
  kind: z.literal('EventsNode'),
  ...eventsNode,
  funnelFromStep: stepIndex.describe('The step that it comes after, from 0 on.'),
  funnelToStep: stepIndex.describe('The step that it comes before.'),
});

export const FunnelsQueryBody = z
  .strictObject({
    kind: z.literal('FunnelsQuery'),
    series: z.array(FunnelStep).min(2).max(MAX_STEPS),
    interval: given(Interval),
    breakdownFilter: given(BreakdownFilter),
    funnelsFilter: given(
      z.strictObject({
        funnelOrderType: given(z.enum(['ordered', 'strict', 'unordered'])),
        funnelVizType: given(z.enum(['steps', 'time_to_convert', 'trends'])),
        funnelWindowInterval: given(z.number().int().min(1).max(100_000)),
        funnelWindowIntervalUnit: given(z.enum(UNITS)),
        breakdownAttributionType: given(z.enum(ATTRIBUTIONS)),
        breakdownAttributionValue: given(stepIndex),
        exclusions: given(z.array(Exclusion).max(10)),
        funnelFromStep: given(stepIndex),
        funnelToStep: given(stepIndex),
        binCount: given(z.number().int().min(1).max(90)),
        funnelAggregateByHogQL: given(z.enum(['person_id', 'properties.$session_id'])),
        ...displayOnly(
          'funnelStepReference',
          'goalLines',
          'hiddenLegendBreakdowns',
          'layout',
          'resultCustomizations',
          'showTrendLines',
          'showValuesOnSeries',
        ),
      }),
    ),
    ...narrowing,
  })
  .meta({ id: 'FunnelsQuery' });
