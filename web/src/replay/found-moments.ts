// When in a recording there is what its list was filtered for.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type Recording, recordingsQuery } from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { beganAt, parseFilter } from './filter.ts';

/** Milliseconds since the start of the recording; none when one did not come from a filtered list. */
export function useFoundMoments(
  scope: Scope,
  { id: sessionId, start_time: startTime }: Pick<Recording, 'id' | 'start_time'>,
): readonly number[] {
  const { filter } = useSearch({ from: '/app/replay/$sessionId' });
  // Asked for by itself: it may be far down in its list.
  const { data } = useInfiniteQuery({
    ...recordingsQuery(scope, beganAt(parseFilter(filter), startTime)),
    enabled: filter !== undefined,
  });
  const listed = data?.pages.flatMap(({ results }) => results).find(({ id }) => id === sessionId);
  // Two conditions may be met at one moment.
  return [...new Set(listed?.matches.flatMap(({ offsets_ms: offsets }) => offsets))];
}
