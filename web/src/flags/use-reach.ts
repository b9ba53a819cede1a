// Whom the draft reaches, counted while it is edited: asked once the hands rest, never for a draft that
// could not be saved, and a question that is out of date is given up.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { Filters } from 'serin/flags/flag';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { Flag } from '../api/flags.ts';
import {
  type GroupCount,
  groupCountQuery,
  type GroupQuestion,
  type TargetingPreview,
  targetingPreviewQuery,
} from '../api/preview.ts';
import type { Scope } from '../api/session.ts';
import { changeOf, filtersFrom } from './draft-body.ts';
import type { FlagDraft } from './draft.ts';
import { groupQuestions } from './group-questions.ts';
import { problemsOf } from './problems.ts';

/** 500 ms without an edit. */
const PAUSE_MS = 500;
/** 2.5 s: beyond it people wonder, so they are told that it goes on. */
const SLOW_MS = 2500;

export type Reach = {
  readonly preview: TargetingPreview | undefined;
  /** For sets that are dealt out by group: known groups of the type, and how many of them match. */
  readonly groups: readonly (SetGroups | null)[];
  /** Whether the counts are of an earlier draft, and newer ones on their way or not to be had. */
  readonly isStale: boolean;
  readonly isSlow: boolean;
  readonly error: unknown;
  readonly retry: () => void;
};

export type SetGroups = GroupCount & { readonly typeIndex: number };

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

const NO_SETS: readonly (GroupQuestion | null)[] = [];

/** Counts of groups, one for each set; null where there is none (yet). */
function useGroupCounts(scope: Scope, questions: readonly (GroupQuestion | null)[]) {
  const asked = questions.flatMap((question, index) => (question ? [{ question, index }] : []));
  const counts = useQueries({
    queries: asked.map(({ question }) => groupCountQuery(scope, question)),
  });
  return questions.map((question, index): SetGroups | null => {
    const { data } = counts[asked.findIndex((one) => one.index === index)] ?? {};
    return data ? { ...data, typeIndex: question?.group_type_index ?? 0 } : null;
  });
}

export function useReach(scope: Scope, draft: FlagDraft, stored: Flag | null): Reach {
  const now = useMemo(() => JSON.stringify(questionOf(draft, stored)), [draft, stored]);
  const isUsable = useMemo(
    // A new flag may be counted before it is named.
    () => problemsOf(stored === null ? { ...draft, key: 'unnamed' } : draft).size === 0,
    [draft, stored],
  );
  const [asked] = useDebouncedValue(now, PAUSE_MS);
  const questions = useMemo(
    () => JSON.stringify(groupQuestions(filtersFrom(draft, stored?.filters ?? null) as Filters)),
    [draft, stored],
  );
  const [groupsAsked] = useDebouncedValue(isUsable ? questions : null, PAUSE_MS);
  const sets = groupsAsked === null ? NO_SETS : JSON.parse(groupsAsked);
  const groups = useGroupCounts(scope, sets);
  const query = useQuery({
    ...targetingPreviewQuery(scope, stored?.version ?? 0, JSON.parse(asked)),
    enabled: isUsable || asked !== now,
    placeholderData: keepPreviousData,
  });
  const isWaiting = query.isFetching || (isUsable && asked !== now);
  return {
    preview: query.data,
    groups,
    isStale: isWaiting || query.isPlaceholderData || !isUsable,
    isSlow: useSlow(isWaiting),
    error: query.error,
    retry: () => void query.refetch(),
  };
}
