// Whom the draft reaches, counted while it is edited: asked once the hands rest, never for a draft that
// could not be saved, and a question that is out of date is given up.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { Flag } from '../api/flags.ts';
import { type TargetingPreview, targetingPreviewQuery } from '../api/preview.ts';
import type { Scope } from '../api/session.ts';
import { changeOf, filtersFrom } from './draft-body.ts';
import type { FlagDraft } from './draft.ts';
import { problemsOf } from './problems.ts';

/** 500 ms without an edit. */
const PAUSE_MS = 500;
/** 2.5 s: beyond it people wonder, so they are told that it goes on. */
const SLOW_MS = 2500;

export type Reach = {
  readonly preview: TargetingPreview | undefined;
  /** Whether the counts are of an earlier draft, and newer ones on their way or not to be had. */
  readonly isStale: boolean;
  readonly isSlow: boolean;
  readonly error: unknown;
  readonly retry: () => void;
};

export const ReachContext = createContext<Reach | null>(null);
export const useReachOf = (): Reach | null => useContext(ReachContext);

/** True when `isWaiting` has been so for a while. */
function useSlow(isWaiting: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isWaiting]);
  return isSlow;
}

/** Of a stored flag only what differs is sent, so that an untouched one is asked about once. */
function questionOf(draft: FlagDraft, stored: Flag | null) {
  if (stored === null) {
    return { filters: filtersFrom(draft, null), bucketing_identifier: draft.bucketing };
  }
  const { key, filters, bucketing_identifier: bucketing } = changeOf(draft, stored);
  return {
    flag: String(stored.id),
    ...(key === undefined ? {} : { key }),
    ...(filters === undefined ? {} : { filters }),
    ...(bucketing === undefined ? {} : { bucketing_identifier: bucketing }),
  };
}

export function useReach(scope: Scope, draft: FlagDraft, stored: Flag | null): Reach {
  const now = useMemo(() => JSON.stringify(questionOf(draft, stored)), [draft, stored]);
  const isUsable = useMemo(
    // A new flag may be counted before it is named.
    () => problemsOf(stored === null ? { ...draft, key: 'unnamed' } : draft).size === 0,
    [draft, stored],
  );
  const [asked] = useDebouncedValue(now, PAUSE_MS);
  const query = useQuery({
    ...targetingPreviewQuery(scope, stored?.version ?? 0, JSON.parse(asked)),
    enabled: isUsable || asked !== now,
    placeholderData: keepPreviousData,
  });
  const isWaiting = query.isFetching || (isUsable && asked !== now);
  return {
    preview: query.data,
    isStale: isWaiting || query.isPlaceholderData || !isUsable,
    isSlow: useSlow(isWaiting),
    error: query.error,
    retry: () => void query.refetch(),
  };
}
