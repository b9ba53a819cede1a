// `StickinessQuery` and `LifecycleQuery` on the wire.
import { z } from 'zod';
import { LIFECYCLES } from './lifecycle.ts';
import {
  CompareFilter,
  Interval,
  displayOnly,
  eventsNode,
  given,
  groupTypeIndex,
  narrowing,
} from '../query-parts.contract.ts';
import { CRITERIA } from './stickiness.ts';

const MAX_SERIES = 26;
const OPERATORS = Object.keys(CRITERIA) as [keyof typeof CRITERIA];

const StickinessSeries = z.strictObject({
  kind: z.literal('EventsNode'),
  ...eventsNode,
  math: given(z.enum(['total', 'dau', 'unique_group'])),
  math_group_type_index: given(groupTypeIndex),
});

export const StickinessQueryBody = z
  .strictObject({
    kind: z.literal('StickinessQuery'),
    series: z.array(StickinessSeries).min(1).max(MAX_SERIES),
    interval: given(Interval),
    intervalCount: given(z.literal(1)),
    compareFilter: given(CompareFilter),
    stickinessFilter: given(
      z.strictObject({
        stickinessCriteria: given(
          z.strictObject({
            operator: z.enum(OPERATORS),
            value: z.number().int().min(1).max(1_000_000),
          }),
        ),
        computedAs: given(z.enum(['non_cumulative', 'cumulative'])),
        ...displayOnly(
          'display',
          'hiddenLegendIndexes',
          'resultCustomizationBy',
          'resultCustomizations',
          'showLegend',
          'showMultipleYAxes',
          'showValuesOnSeries',
        ),
      }),
    ),
    ...narrowing,
  })
  .meta({ id: 'StickinessQuery' });

const { aggregation_group_type_index: _, ...ofPeople } = narrowing;

export const LifecycleQueryBody = z
  .strictObject({
    kind: z.literal('LifecycleQuery'),
    series: z
      .array(
        z.strictObject({
          kind: z.literal('EventsNode'),
          ...eventsNode,
          math: given(z.literal('total')),
        }),
      )
      .length(1),
    interval: given(Interval),
    lifecycleFilter: given(
      z.strictObject({
        toggledLifecycles: given(z.array(z.enum(LIFECYCLES)).max(LIFECYCLES.length)),
        ...displayOnly('showLegend', 'showValuesOnSeries', 'stacked'),
      }),
    ),
    ...ofPeople,
  })
  .meta({ id: 'LifecycleQuery' });
