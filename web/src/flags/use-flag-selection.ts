// Which flags are chosen for a bulk change: some by hand, or all that the filter means.
import { useState } from 'react';
import {
  type BulkBody,
  type FlagListSearch,
  filtersOf,
  type ListedFlag,
} from '../api/flag-list.ts';
import type { Scope } from '../api/session.ts';

/** As the server takes them in one change. */
export const MAX_SELECTED = 500;

export type FlagSelection = {
  readonly size: number;
  /** How many the filter means in all. */
  readonly matching: number;
  readonly isAll: boolean;
  readonly isSelected: (flag: ListedFlag) => boolean;
  readonly select: (flags: readonly ListedFlag[], isSelected: boolean) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
  /** What a bulk change is about. */
  readonly which: Pick<BulkBody, 'ids' | 'filters'>;
};

/** A choice is one for a place and a filter: elsewhere it starts empty. */
export function useFlagSelection(
  scope: Scope,
  at: FlagListSearch,
  matching: number,
): FlagSelection {
  const place = JSON.stringify([scope.environment.key, filtersOf(at)]);
  const [choice, setChoice] = useState<Choice>(() => none(place));
  const current = choice.place === place ? choice : none(place);
  const { ids, isAll } = current;
  return {
    size: isAll ? matching : ids.size,
    matching,
    isAll,
    isSelected: ({ id }) => isAll || ids.has(id),
    select: (flags, isSelected) => {
      const next = new Set(isAll ? [] : ids);
      for (const { id } of flags) {
        if (isSelected) next.add(id);
        else next.delete(id);
      }
      setChoice({ place, ids: next, isAll: false });
    },
    selectAll: () => setChoice({ place, ids: new Set(), isAll: true }),
    clear: () => setChoice(none(place)),
    which: isAll ? { filters: filtersOf(at) } : { ids: [...ids] },
  };
}

type Choice = {
  readonly place: string;
  readonly ids: ReadonlySet<number>;
  readonly isAll: boolean;
};

const none = (place: string): Choice => ({ place, ids: new Set(), isAll: false });
