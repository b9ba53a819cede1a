// What a refusal asks for before the same change is accepted.
import { ApiError } from '../api/client.ts';
import type { ProposedChange } from './proposal.ts';

/** What may be said on top of a change, in the words of its body. */
export type Answers = {
  readonly reason?: string;
  /** Although other flags need it. */
  readonly force?: true;
  /** Although a rollout moves the flag. */
  readonly over_rollout?: true;
};

/** `approval` is the word of somebody else; the others are fields of {@link Answers}. */
export type Asked = 'approval' | keyof Answers;

/** What a refused change needs; null when nothing that could be said helps. */
export function askedFor(code: string, attr: string | null): Asked | null {
  // Of a proposal the field has its place before it: `items.0.change.reason`.
  const field = attr?.split('.').at(-1);
  if (code === 'approval_required') return 'approval';
  if (code === 'has_dependents') return 'force';
  if (code === 'required' && field === 'reason') return 'reason';
  return code === 'conflict' && field === 'over_rollout' ? 'over_rollout' : null;
}

/** The same for an error; what was said already is not asked about again. */
export function askedBy(error: unknown, said: Answers): Asked | null {
  const asked = error instanceof ApiError ? askedFor(error.code, error.attr) : null;
  return asked !== null && asked !== 'approval' && said[asked] ? null : asked;
}

/** A proposal with what was said on the way to it. */
export function withAnswers(
  { change, ...rest }: ProposedChange,
  { reason, force }: Answers,
): ProposedChange {
  return {
    ...rest,
    change: { ...change, ...(force ? { force } : {}) },
    ...(reason ? { reason } : {}),
  };
}
