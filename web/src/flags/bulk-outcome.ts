// What became of a change of many flags, and what can still be done for those that were refused.
import type { BulkBody, BulkResult } from '../api/flag-list.ts';
import type { FlagChange } from '../api/flags.ts';
import { askedFor } from '../changes/asked.ts';

export type Refused = BulkResult['refused'][number];
/** A bulk change without the flags that it is about. */
export type BulkAction = Omit<BulkBody, 'ids' | 'filters'>;

export type BulkOutcome = {
  readonly action: BulkAction;
  /** How many are changed by now. */
  readonly changed: number;
  readonly refused: readonly Refused[];
  /** What others have to approve now. */
  readonly proposed: readonly {
    readonly id: number;
    readonly key: string;
    readonly request: number;
  }[];
  /** Numbers of the flags that somebody wants changed although others need them. */
  readonly forced: readonly number[];
};

/** What would make the server accept it; null when nothing that could be said here would. */
export type Way = 'force' | 'reason' | 'approval' | null;

const FIELDS: Partial<Record<BulkBody['action'], FlagChange>> = {
  switch_on: { active: true },
  switch_off: { active: false },
  archive: { archived: true },
  unarchive: { archived: false },
  delete: { deleted: true },
};

/** The same for one flag, as a request proposes it; null for what needs nobody's approval. */
export const changeOfOne = (action: BulkBody['action']): FlagChange | null =>
  FIELDS[action] ?? null;

export function wayOn({ action, forced }: BulkOutcome, { id, code, attr }: Refused): Way {
  const asked = askedFor(code, attr);
  if (asked === 'force') return forced.includes(id) ? null : 'force';
  if (asked === 'approval') return changeOfOne(action.action) ? 'approval' : null;
  return asked === 'reason' ? 'reason' : null;
}

/** The refused ones that have the same way on. */
export const refusedBy = (outcome: BulkOutcome, way: Way): Refused[] =>
  outcome.refused.filter((refused) => wayOn(outcome, refused) === way);

/** The outcome after `tried` were sent again. */
export function afterRetry(
  outcome: BulkOutcome,
  tried: readonly Refused[],
  { updated, unchanged, refused }: Pick<BulkResult, 'updated' | 'unchanged' | 'refused'>,
): BulkOutcome {
  const ids = new Set(tried.map(({ id }) => id));
  return {
    ...outcome,
    changed: outcome.changed + updated.length + unchanged.length,
    refused: [...outcome.refused.filter(({ id }) => !ids.has(id)), ...refused],
  };
}

/** The outcome after one was proposed, or why it could not be. */
export function afterProposal(
  outcome: BulkOutcome,
  { id, key }: Refused,
  result: { readonly request: number } | Pick<Refused, 'code' | 'attr' | 'detail'>,
): BulkOutcome {
  if ('request' in result) {
    const { request } = result;
    return {
      ...outcome,
      refused: outcome.refused.filter((one) => one.id !== id),
      proposed: [...outcome.proposed, { id, key: key ?? String(id), request }],
    };
  }
  const { code, attr, detail } = result;
  const refused = outcome.refused.map((one) =>
    one.id === id ? { ...one, code, attr, detail } : one,
  );
  return { ...outcome, refused };
}
