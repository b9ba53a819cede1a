// Runs a statement: how far it is, and the way to end it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerQuery, progressQuery, type SqlQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { askedOf } from './displays.ts';

export function useSqlRun(scope: Scope, query: SqlQuery) {
  const queryClient = useQueryClient();
  const [ids] = useState(() => new RunIds());
  const asked = answerQuery(scope, askedOf(query), () => ids.next());
  const answer = useQuery(asked);
  const { data: progress } = useQuery({
    ...progressQuery(scope, () => ids.current),
    enabled: answer.isFetching,
  });
  return {
    answer,
    /** Null while nothing is known. */
    progress: answer.isFetching ? (progress ?? null) : null,
    /** Whether it was ended before there was an answer. */
    isEnded: answer.fetchStatus === 'idle' && (answer.isPending || answer.isPlaceholderData),
    // The server stops when nobody listens any more.
    end: () => void queryClient.cancelQueries({ queryKey: asked.queryKey, exact: true }),
  };
}

/** What the present run is called; the server needs no more than that no two are called alike. */
class RunIds {
  current = '';

  next(): string {
    this.current = `web-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    return this.current;
  }
}
