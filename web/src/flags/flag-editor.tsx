// Edits a stored flag: holds the draft, guards it against being lost, saves it against the version that
// was read, so that nobody overwrites what a colleague has just done.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Flag, useUpdateFlag } from '../api/flags.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { toastDone } from '../ui/toast.ts';
import { changeOf, draftFrom, type FlagDraft, filtersFrom, isSameDraft } from './draft.ts';
import styles from './editor.module.css';
import { FlagAside } from './flag-aside.tsx';
import { FlagForm } from './flag-form.tsx';
import type { FlagPartProps } from './flag-part.ts';
import { useLeaveGuard } from './leave-guard.ts';
import { allProblems, problemsOf } from './problems.ts';
import { SaveError } from './save-error.tsx';
import { Summary } from './summary.tsx';
import { summarySentences } from './words.ts';

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
  const reset = (to: Flag) => {
    setBase(to);
    setDraft(draftFrom(to));
  };
  return { base, draft, isDirty, setDraft, reset };
}

/** Draft, checks and saving of one flag in one environment. */
function useFlagEdit({ flag, scope }: FlagPartProps) {
  const { base, draft, isDirty, setDraft, reset } = useDraft(flag);
  const [isChecked, setChecked] = useState(false);
  const confirm = useConfirm();
  const update = useUpdateFlag(scope);
  const save = async () => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    const sentences = summarySentences(filtersFrom(draft, base.filters), true);
    const question = {
      title: `Save for ${scope.environment.name}?`,
      body: <Summary sentences={sentences} />,
      action: 'Save',
    };
    if (scope.isProduction && flag.active && !(await confirm(question))) return;
    update.mutate(
      { id: flag.id, ...changeOf(draft, base), version: base.version },
      {
        onError: focusFirstProblem,
        onSuccess: (saved) => {
          reset(saved);
          setChecked(false);
          toastDone(`${saved.key} is saved.`);
        },
      },
    );
  };
  const load = (stored: Flag) => {
    reset(stored);
    setChecked(false);
    update.reset();
  };
  const change = (next: Partial<FlagDraft>) => setDraft((current) => ({ ...current, ...next }));
  const problems = isChecked ? problemsOf(draft) : NONE;
  return { base, draft, isDirty, problems, update, change, save, load };
}

export function FlagEditor({ flag, scope }: FlagPartProps) {
  const { draft, isDirty, problems, update, change, save, load } = useFlagEdit({ flag, scope });
  useLeaveGuard(isDirty);
  return (
    <div className={styles.layout}>
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <SaveError error={update.error} flag={flag} scope={scope} onReload={load} />
        <FlagForm
          draft={draft}
          environmentName={scope.environment.name}
          errors={allProblems(problems, update.error)}
          onChange={change}
        />
        {isDirty && (
          <div className={styles.saveBar} role="region" aria-label="Unsaved changes">
            <span role="status">
              {problems.size > 0
                ? `Not saved: ${[...problems.values()][0]}`
                : `Unsaved changes for ${scope.environment.name}`}
            </span>
            <Button variant="default" onClick={() => load(flag)}>
              Discard
            </Button>
            <Button type="submit" loading={update.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
      <aside className={styles.aside} aria-label="About this flag">
        <FlagAside flag={flag} scope={scope} draft={draft} />
      </aside>
    </div>
  );
}
