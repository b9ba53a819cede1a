// Changes many flags, and goes on with those that were refused until each is changed, proposed or given up.
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { propose, useChange } from '../api/changes.ts';
import { type BulkBody, type BulkResult, useChangeMany } from '../api/flag-list.ts';
import type { Scope } from '../api/session.ts';
import { placeOfChange } from '../changes/proposal.ts';
import { plural } from '../ui/format.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import {
  afterProposal,
  afterRetry,
  type BulkAction,
  type BulkOutcome,
  changeOfOne,
  type Refused,
} from './bulk-outcome.ts';

export const flagsOf = (count: number): string => plural(count, 'flag', 'flags');

/** What a request of one flag of a bulk change is called. */
const TITLES: Partial<Record<BulkBody['action'], (key: string) => string>> = {
  switch_on: (key) => `Switch on ${key}`,
  switch_off: (key) => `Switch off ${key}`,
  archive: (key) => `Archive ${key}`,
  unarchive: (key) => `Bring ${key} back from the archive`,
  delete: (key) => `Delete ${key}`,
};

type Send = (body: BulkBody) => Promise<BulkResult>;
type Tried = readonly Refused[];

/** Sends refused ones again with what was missing: those that are forced apart from those that are not. */
async function retried(from: BulkOutcome, tried: Tried, more: Partial<BulkAction>, send: Send) {
  const ids = tried.map(({ id }) => id);
  let now = more.force ? { ...from, forced: [...from.forced, ...ids] } : from;
  for (const isForced of [false, true]) {
    const part = tried.filter(({ id }) => now.forced.includes(id) === isForced);
    if (part.length === 0) continue;
    const force = isForced ? { force: true } : {};
    const body = { ...now.action, ...more, ...force, ids: part.map(({ id }) => id) };
    now = afterRetry(now, part, await send(body));
  }
  return now;
}

/** The request that proposes a bulk change of one flag. */
function proposalOf({ action: { action }, forced }: BulkOutcome, { id, key }: Refused) {
  const force = forced.includes(id) ? { force: true } : {};
  return {
    title: TITLES[action]?.(key ?? String(id)) ?? action,
    items: [{ flag: id, change: { ...changeOfOne(action), ...force } }],
  };
}

export function useBulk(scope: Scope) {
  const change = useChangeMany(scope);
  const proposing = useChange(propose(scope));
  const [outcome, setOutcome] = useState<BulkOutcome | null>(null);
  /** True when it was sent, whatever was refused of it. */
  const start = async (which: Pick<BulkBody, 'ids' | 'filters'>, action: BulkAction) => {
    try {
      const { updated, unchanged, refused } = await change.mutateAsync({ ...which, ...action });
      if (updated.length > 0) toastDone(`${flagsOf(updated.length)} changed.`);
      else if (refused.length === 0) toastDone(`${flagsOf(unchanged.length)} were so already.`);
      const rest = { proposed: [], forced: [], changed: updated.length };
      setOutcome(refused.length === 0 ? null : { action, refused, ...rest });
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  };
  const retry = (from: BulkOutcome, tried: Tried, more: Partial<BulkAction>) =>
    retried(from, tried, more, change.mutateAsync).then(setOutcome, toastError);
  const proposeEach = async (from: BulkOutcome, tried: Tried, description: string) => {
    const { environment } = placeOfChange(scope, changeOfOne(from.action.action) ?? {});
    let now = from;
    for (const refused of tried) {
      const proposal = { ...proposalOf(now, refused), environment: environment.key, description };
      const result = await proposing
        .mutateAsync(proposal)
        .then(({ number }) => ({ request: number }), refusalOf);
      now = afterProposal(now, refused, result);
      setOutcome(now);
    }
  };
  const isPending = change.isPending || proposing.isPending;
  return { start, retry, proposeEach, outcome, close: () => setOutcome(null), isPending };
}

export type Bulk = ReturnType<typeof useBulk>;

function refusalOf(error: unknown): Pick<Refused, 'code' | 'attr' | 'detail'> {
  if (error instanceof ApiError) {
    return { code: error.code, attr: error.attr, detail: error.message };
  }
  throw error;
}
