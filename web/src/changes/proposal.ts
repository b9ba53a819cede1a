// Asks for the dialog that proposes a change instead of making it.
import { createContext, useContext } from 'react';
import { ApiError } from '../api/client.ts';
import type { Flag, FlagChange } from '../api/flags.ts';

/** What is to be proposed: a PATCH of a flag, on the version that was looked at. */
export type ProposedChange = {
  readonly flag: Flag;
  readonly change: FlagChange;
  /** Such as `Switch new-checkout on`. */
  readonly title: string;
  /** What was said as the reason so far. */
  readonly reason?: string;
  /** Runs once it is proposed. */
  readonly onDone?: () => void;
};

export type Propose = (proposed: ProposedChange) => void;

export const ProposalContext = createContext<Propose | null>(null);

/** Opens the dialog. */
export function usePropose(): Propose {
  const propose = useContext(ProposalContext);
  if (!propose) throw new Error('usePropose outside ProposalProvider');
  return propose;
}

/** The server refused a direct change, because others have to approve. */
export const needsApproval = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'approval_required';
