// `TrendsQuery` on the wire.
import { z } from 'zod';
import {
  BreakdownFilter,
  CompareFilter,
  Interval,
  Series,
  Text,
  displayOnly,
  given,
  narrowing,
} from '../query-parts.contract.ts';
import { TIME_DISPLAYS, TOTAL_DISPLAYS } from './trends.ts';

const MAX_SERIES = 26;
const Formula = z.string().min(1).max(500);

export const TrendsQueryBody = z
  .strictObject({
    kind: z.literal('TrendsQuery'),
    series: z.array(Series).min(1).max(MAX_SERIES),
    interval: given(Interval),
    breakdownFilter: given(BreakdownFilter),
    compareFilter: given(CompareFilter),
    trendsFilter: given(
      z.strictObject({
        display: given(z.enum([...TIME_DISPLAYS, ...TOTAL_DISPLAYS])),
        formula: given(Formula),
        formulas: given(z.array(Formula).max(10)),
        formulaNodes: given(
          z.array(z.strictObject({ formula: Formula, custom_name: given(Text) })).max(10),
        ),
        smoothingIntervals: given(z.number().int().min(1).max(100)),
        ...displayOnly(
          'aggregationAxisFormat',
          'aggregationAxisPrefix',
          'aggregationAxisPostfix',
          'breakdown_histogram_bin_count',
          'confidenceLevel',
          'decimalPlaces',
          'detailedResultsAggregationType',
          'goalLines',
          'hiddenLegendIndexes',
          'minDecimalPlaces',
          'movingAverageIntervals',
          'resultCustomizationBy',
          'resultCustomizations',
          'showAlertThresholdLines',
          'showConfidenceIntervals',
          'showLabelsOnSeries',
          'showLegend',
          'showMovingAverage',
          'showMultipleYAxes',
          'showPercentStackView',
          'showTrendLines',
          'showValuesOnSeries',
          'yAxisScaleType',
        ),
      }),
    ),
    ...narrowing,
  })
  .meta({ id: 'TrendsQuery' });
