// Draft, checks, review and saving of one flag in one environment. A change is saved against the version
// that was read, so that nobody overwrites what a colleague has just done.
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Flag, useUpdateFlag } from '../api/flags.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { toastDone } from '../ui/toast.ts';
import { draftFrom, type FlagDraft } from './draft.ts';
import { changeOf, isSameDraft } from './draft-body.ts';
import { rebaseDraft, type Review, reviewOf } from './flag-changes.ts';
import type { FlagPartProps } from './flag-part.ts';
import { allProblems } from '../targeting/all-problems.ts';
import { problemsOf } from './problems.ts';

const NONE: Problems = new Map();

function useDraft(flag: Flag) {
  const [base, setBase] = useState(flag);
  const [draft, setDraft] = useState(() => draftFrom(flag));
  const isDirty = !isSameDraft(draft, draftFrom(base));
  // Without edits the form follows what others save; with edits it keeps the version it began from.
  if (flag.version > base.version && (!isDirty || isSameDraft(draft, draftFrom(flag)))) {
    setBase(flag);
    setDraft(draftFrom(flag));
  }
  /** Starts over from a stored version, with `next` as the edits. */
  const reset = (to: Flag, next = draftFrom(to)) => {
    setBase(to);
    setDraft(next);
  };
  return { base, draft, isDirty, setDraft, reset };
}

/** Somebody else saved first: told beside the form, where both versions can be compared. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'conflict';

/** The review of a change, open or not; kept while it closes. */
function useReview() {
  const [review, setReview] = useState<Review | null>(null);
  const [isOpen, setOpen] = useState(false);
  const start = (next: Review) => {
    setReview(next);
    setOpen(true);
  };
  return { review, isOpen, start, stop: () => setOpen(false) };
}

type SaveProps = FlagPartProps & {
  readonly draft: FlagDraft;
  readonly base: Flag;
  readonly onSaved: (saved: Flag) => void;
  readonly onMend: () => void;
};

/** Saves what differs, against the version that editing began from. */
function useFlagSave({ flag, scope, draft, base, onSaved, onMend }: SaveProps) {
  const update = useUpdateFlag(scope);
  const onError = (error: unknown) => {
    // A field at fault, or another version: both are mended in the form. The reason stands in the review.
    const attr = error instanceof ApiError ? error.attr : null;
    if (isConflict(error) || (attr !== null && attr !== 'reason')) onMend();
  };
  const onSuccess = (saved: Flag) => {
    onSaved(saved);
    toastDone(`${saved.key} is saved.`);
  };
  return {
    isSaving: update.isPending,
    error: update.error,
    forget: () => update.reset(),
    /** What would be saved, on the version that editing began from. */
    change: { ...changeOf(draft, base), version: base.version },
    save: (reason: string) => {
      const because = reason === '' ? {} : { reason };
      const change = { id: flag.id, ...changeOf(draft, base), version: base.version, ...because };
      update.mutate(change, { onError, onSuccess });
    },
  };
}

export function useFlagEdit({ flag, scope }: FlagPartProps) {
  const { base, draft, isDirty, setDraft, reset } = useDraft(flag);
  const [isChecked, setChecked] = useState(false);
  const review = useReview();
  const problems = isChecked ? problemsOf(draft) : NONE;
  const onMend = () => {
    review.stop();
    focusFirstProblem();
  };
  const onSaved = (saved: Flag) => {
    review.stop();
    load(saved);
  };
  const saving = useFlagSave({ flag, scope, draft, base, onSaved, onMend });
  const load = (stored: Flag, next?: FlagDraft) => {
    reset(stored, next);
    setChecked(false);
    saving.forget();
  };
  const startReview = () => {
    saving.forget();
    const isBlocked = problemsOf(draft).size > 0;
    setChecked(isBlocked);
    if (isBlocked) return focusFirstProblem();
    review.start(reviewOf(draft, base));
  };
  return {
    base,
    draft,
    isDirty,
    problems,
    errors: allProblems(problems, saving.error),
    review,
    saving,
    change: (next: Partial<FlagDraft>) => setDraft((current) => ({ ...current, ...next })),
    startReview,
    /** Gives the edits up for a stored version. */
    load: (stored: Flag) => load(stored),
    /** Keeps the edits, on top of a stored version. */
    rebase: (stored: Flag) => load(stored, rebaseDraft(draft, base, stored)),
  };
}

export type FlagEdit = ReturnType<typeof useFlagEdit>;
