// What was done to flags and rollouts, placed on the time axis of an answer.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { annotationsQuery } from '../api/annotations.ts';
import type { Answer } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { type Annotation, annotationsOf, placedOn } from './annotations.ts';

const MINUTE_MS = 60_000;

/** @param only the flag that is asked about; undefined: all flags */
export function useAnnotations(
  scope: Scope,
  answer: Answer,
  days: readonly string[],
  only: string | undefined,
): ReadonlyMap<number, readonly Annotation[]> {
  const range = answer.resolved_date_range;
  const query = annotationsQuery(scope, range?.date_from ?? '', wholeMinute(range?.date_to));
  const { data } = useQuery({
    ...query,
    enabled: range !== undefined,
    placeholderData: keepPreviousData,
  });
  if (!data) return new Map();
  return placedOn(annotationsOf(data.entries, data.flagKeys, only), days, answer.timezone);
}

/** The next whole minute, so that a range that ends now is asked about once a minute at most. */
function wholeMinute(at: string | undefined): string {
  const atMs = Date.parse(at ?? '');
  if (Number.isNaN(atMs)) return '';
  return new Date(Math.ceil(atMs / MINUTE_MS) * MINUTE_MS).toISOString();
}
