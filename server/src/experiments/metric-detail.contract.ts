// One metric from nearer, on the wire: how the values of single people lie, and what other methods make of it.
import { z } from 'zod';
import { READING_IDS } from './readings.ts';

/** An end is null where control is too noisy for a bound. */
export const Interval = z.array(z.number().nullable()).length(2);

export const MetricDetailBody = z
  .object({
    as_of: z.iso.datetime(),
    /** The statement that the event store is asked, with its values in place. */
    sql: z.string(),
    /** How the values of single people lie; null where people are only counted. */
    distribution: z
      .object({
        /** All values are whole numbers. */
        is_whole: z.boolean(),
        /** Without the zeros; of equal width, from the least value to before the next; the last possible has no end. */
        parts: z.array(
          z.object({
            from: z.number(),
            to: z.number().nullable(),
            people: z.record(z.string(), z.number()),
          }),
        ),
        arms: z.array(
          z.object({
            key: z.string(),
            people: z.number(),
            zeros: z.number(),
            /** Of the sum of all, the one with the largest value; null where nothing is positive. */
            largest_share: z.number().nullable(),
            /** The same of the three with the largest values together. */
            top_share: z.number().nullable(),
          }),
        ),
      })
      .nullable(),
  })
  .meta({ id: 'ExperimentMetricDetail' });

export const ReadingsBody = z
  .object({
    as_of: z.iso.datetime(),
    /** Of the last count that was asked for, milliseconds; null where none was. */
    took_ms: z.number().nullable(),
    readings: z.array(
      z.object({
        id: z.enum(READING_IDS),
        variant_results: z.array(
          z.object({
            key: z.string(),
            lift: z.number().nullable(),
            interval: Interval.nullable(),
            difference: z.number().nullable(),
            difference_interval: Interval.nullable(),
            standard_error: z.number().nullable(),
            df: z.number().nullable(),
            p_value: z.number().nullable(),
            chance_to_win: z.number().nullable(),
            significant: z.boolean(),
            variance_reduction: z.number().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'ExperimentMetricReadings' });
