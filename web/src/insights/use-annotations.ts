// What was done to flags and rollouts, placed on the time axis of an answer.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { annotationsQuery } from '../api/annotations.ts';
import type { Scope } from '../api/session.ts';
import { type Annotation, annotationsOf, placedOn } from './annotations.ts';

const MINUTE_MS = 60_000;

/** What a time axis is of. */
export type TimeSpan = {
  /** Instants. */
  readonly from: string;
  readonly to: string;
  /** In which the intervals are named. */
  readonly timeZone: string;
};

/** @param only the flag that is asked about; undefined: all flags */
export function useAnnotations(
  scope: Scope | null,
  span: TimeSpan | undefined,
  days: readonly string[],
  only: string | undefined,
): ReadonlyMap<number, readonly Annotation[]> {
  const query = annotationsQuery(scope, span?.from ?? '', wholeMinute(span?.to));
  const { data } = useQuery({
    ...query,
    enabled: scope !== null && span !== undefined,
    placeholderData: keepPreviousData,
  });
  if (!data || !span) return new Map();
  return placedOn(annotationsOf(data, only), days, span.timeZone);
}

/** The next whole minute, so that a range that ends now is asked about once a minute at most. */
function wholeMinute(at: string | undefined): string {
  const atMs = Date.parse(at ?? '');
  if (Number.isNaN(atMs)) return '';
  return new Date(Math.ceil(atMs / MINUTE_MS) * MINUTE_MS).toISOString();
}
