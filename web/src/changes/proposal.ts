// Asks for the dialog that proposes a change instead of making it.
import { createContext, useContext } from 'react';
import { ApiError } from '../api/client.ts';
import type { Flag, FlagChange } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';

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

/**
 * Where a change is proposed: here, unless it is about nothing but what all environments share. Then every
 * protected one is asked, so those judge it whose word counts everywhere.
 */
export function placeOfChange(scope: Scope, change: FlagChange): Scope {
  if (change.active !== undefined || change.filters !== undefined) return scope;
  const approvalsIn = ({ protection }: Scope['environment']) => protection.required_approvals;
  const environment = scope.project.environments.reduce(
    (strictest, other) => (approvalsIn(other) > approvalsIn(strictest) ? other : strictest),
    scope.environment,
  );
  return { ...scope, environment, query: { environment: environment.key } };
}

/** The server refused a direct change, because others have to approve. */
export const needsApproval = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'approval_required';
