// Edits a stored flag: holds the draft, guards it against being lost, saves it against the version that
// was read, so that nobody overwrites what a colleague has just done.
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import type { Filters } from 'serin/flags/flag';
import { ApiError } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { toastDone } from '../ui/toast.ts';
import { draftFrom, type FlagDraft, filtersFrom, isSameDraft } from './draft.ts';
import styles from './editor.module.css';
import { FlagForm, Summary } from './flag-form.tsx';
import { type FiltersInput, type Flag, flagQuery, showFlag, useUpdateFlag } from '../api/flags.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { problemsOf } from './problems.ts';
import { summarySentences } from './words.ts';

const NONE: Problems = new Map();

/** Errors of the server and of the form in one map. */
export function allProblems(problems: Problems, error: unknown): Problems {
  if (!(error instanceof ApiError) || error.attr === null) return problems;
  return new Map([...problems, [error.attr, error.message]]);
}

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

export function FlagEditor({ flag, scope }: { flag: Flag; scope: Scope }) {
  const { base, draft, isDirty, setDraft, reset } = useDraft(flag);
  const [isChecked, setChecked] = useState(false);
  const confirm = useConfirm();
  const update = useUpdateFlag(scope);
  const problems = isChecked ? problemsOf(draft) : NONE;
  useLeaveGuard(isDirty);

  const save = async () => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    const filters = filtersFrom(draft, base.filters);
    if (scope.isProduction && flag.active && !(await confirm(saveQuestion(filters, scope)))) return;
    update.mutate(
      { id: flag.id, ...changeOf(draft, base, filters), version: base.version },
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
  const change = (next: Partial<FlagDraft>) => setDraft((current) => ({ ...current, ...next }));
  const discard = () => {
    reset(flag);
    setChecked(false);
    update.reset();
  };
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <SaveError
        error={update.error}
        flag={flag}
        scope={scope}
        onReload={(latest) => {
          reset(latest);
          update.reset();
        }}
      />
      <FlagForm
        draft={draft}
        base={base.filters}
        isActive={flag.active}
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
          <Button variant="default" onClick={discard}>
            Discard
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

function saveQuestion(filters: Filters, scope: Scope) {
  return {
    title: `Save for ${scope.environment.name}?`,
    body: <Summary sentences={summarySentences(filters, true)} />,
    action: 'Save',
  };
}

/** Only what differs, so that history names only what was changed. */
function changeOf(draft: FlagDraft, base: Flag, filters: Filters) {
  const before = draftFrom(base);
  const isSameTargeting = isSameDraft(
    { ...draft, key: '', description: '' },
    { ...before, key: '', description: '' },
  );
  return {
    ...(draft.key === before.key ? {} : { key: draft.key.trim() }),
    ...(draft.description === before.description ? {} : { name: draft.description }),
    ...(isSameTargeting ? {} : { filters: filters as FiltersInput }),
  };
}

/** Asks before unsaved edits are left behind. */
function useLeaveGuard(isDirty: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
    shouldBlockFn: async ({ current, next }) => {
      const isSamePage =
        current.pathname === next.pathname &&
        (current.search as { environment?: string }).environment ===
          (next.search as { environment?: string }).environment;
      if (isSamePage) return false;
      const leave = await confirm({
        title: 'Leave without saving?',
        body: 'Your changes to this flag are not saved yet.',
        action: 'Leave',
        tone: 'harm',
      });
      return leave === null;
    },
  });
}

type SaveErrorProps = {
  readonly error: unknown;
  readonly flag: Flag;
  readonly scope: Scope;
  readonly onReload: (latest: Flag) => void;
};

function SaveError({ error, flag, scope, onReload }: SaveErrorProps) {
  const queryClient = useQueryClient();
  if (!(error instanceof ApiError) || error.status !== 409) return <ErrorAlert error={error} />;
  const reload = async () => {
    const query = flagQuery(scope, String(flag.id));
    const latest = await queryClient.fetchQuery({ ...query, staleTime: 0 });
    showFlag(queryClient, scope, latest);
    onReload(latest);
  };
  return (
    <Alert
      color="watch"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title="Someone else saved this flag meanwhile"
    >
      <p style={{ margin: '0 0 10px' }}>
        Your changes are still here, but not saved, so that theirs are not lost. Load what is stored
        now, then make your change again.
      </p>
      <Group>
        <Button size="compact-sm" variant="default" onClick={() => void reload()}>
          Load the stored version
        </Button>
      </Group>
    </Alert>
  );
}
