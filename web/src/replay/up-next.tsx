// What to watch after this one: the next in the list that one has not seen.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type Recording, recordingsQuery } from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { formatDuration } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { parseFilter } from './filter.ts';
import { whoOf } from './recording-words.ts';

/** The first unwatched one after the given one, else before it. */
export function nextUnwatched(all: readonly Recording[], sessionId: string): Recording | undefined {
  const at = all.findIndex(({ id }) => id === sessionId);
  const rest = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
  return rest.find(({ viewed, has_full_snapshot: isPlayable }) => !viewed && isPlayable);
}

export function UpNext({ scope, sessionId }: { scope: Scope; sessionId: string }) {
  const { filter } = useSearch({ from: '/app/replay/$sessionId' });
  const list = useInfiniteQuery(recordingsQuery(scope, parseFilter(filter)));
  const all = list.data?.pages.flatMap(({ results }) => results) ?? [];
  const next = nextUnwatched(all, sessionId);
  if (!next) return null;
  return (
    <LinkButton
      to="/replay/$sessionId"
      params={{ sessionId: next.id }}
      search={{ filter }}
      variant="default"
    >
      Up next: {whoOf(next)}, {formatDuration(next.active_seconds)} active
    </LinkButton>
  );
}
