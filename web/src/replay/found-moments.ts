// When in a recording there is what its list was filtered for.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { recordingsQuery } from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { parseFilter } from './filter.ts';

/** Milliseconds since the start of the recording; none when one did not come from a filtered list. */
export function useFoundMoments(scope: Scope, sessionId: string): readonly number[] {
  const { filter } = useSearch({ from: '/app/replay/$sessionId' });
  const { data } = useInfiniteQuery({
    ...recordingsQuery(scope, parseFilter(filter)),
    enabled: filter !== undefined,
  });
  const listed = data?.pages.flatMap(({ results }) => results).find(({ id }) => id === sessionId);
  return listed?.matches.flatMap(({ offsets_ms: offsets }) => offsets) ?? [];
}
