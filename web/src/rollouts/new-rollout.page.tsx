// Plans a guarded rollout of a flag. It can be started at once or kept as a draft.
import { Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LinkButton } from '../ui/link-button.tsx';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Scope, useScope } from '../api/session.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { FirstProblem } from '../targeting/first-problem.tsx';
import { FormErrors, useFieldError } from '../targeting/form-errors.tsx';
import type { Problems } from '../targeting/condition-problem.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { GuardrailsEditor } from './guardrails-editor.tsx';
import { newPlan, type PlanDraft, planFrom } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { planProblemsOf } from './plan-problems.ts';
import { planWords } from './plan-words.ts';
import { PolicyEditor } from './policy-editor.tsx';
import { useCreateRollout, useRolloutAction } from '../api/rollouts.ts';
import { StagesEditor } from './stages-editor.tsx';

const NONE: Problems = new Map();

function NewRollout() {
  const scope = useScope();
  const flags = useQuery(flagsQuery(scope));
  return (
    <Page>
      <PageHeader
        title="New rollout"
        lead={`Widens a flag step by step in ${scope.environment.name}, and takes it back when people with it are worse off than people without.`}
        back={{ to: '/rollouts', label: 'Rollouts' }}
      />
      <QueryView query={flags} loading={<LoadingBlock height={420} />}>
        {({ results }) =>
          results.length === 0 ? (
            <Section flush>
              <EmptyState
                title="A rollout needs a flag"
                action={<LinkButton to="/feature-flags/new">Create a flag</LinkButton>}
              >
                Create the flag that your code asks for, then plan its rollout here.
              </EmptyState>
            </Section>
          ) : (
            <PlanForm scope={scope} flags={results} />
          )
        }
      </QueryView>
    </Page>
  );
}

/** The variant that is usually the new one: the first that is not called control. */
function likelyTreatment(flag: Flag | undefined): string | null {
  const keys = (flag?.filters.multivariate?.variants ?? []).map(({ key }) => key);
  return keys.find((key) => key !== 'control') ?? keys[0] ?? null;
}

function PlanForm({ scope, flags }: { scope: Scope; flags: readonly Flag[] }) {
  const { flag: asked } = useSearch({ from: '/app/rollouts/new' });
  const [draft, setDraft] = useState<PlanDraft>(() => {
    const flag = flags.find(({ key }) => key === asked);
    return newPlan(flag?.key ?? '', likelyTreatment(flag));
  });
  const [isChecked, setChecked] = useState(false);
  const { create, save } = useSave(scope);
  const problems = new Map(isChecked ? planProblemsOf(draft) : NONE);
  if (create.error instanceof ApiError && create.error.attr) {
    problems.set(create.error.attr, create.error.message);
  }
  const change = (next: Partial<PlanDraft>) => setDraft((current) => ({ ...current, ...next }));
  const submit = (isStart: boolean) => {
    setChecked(true);
    if (planProblemsOf(draft).size === 0) save(draft, isStart);
    else focusFirstProblem();
  };
  return (
    <FormErrors.Provider value={problems}>
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          submit(true);
        }}
      >
        <ErrorAlert error={create.error} />
        <Section title="What">
          <FlagChoice draft={draft} flags={flags} onChange={change} />
        </Section>
        <Section title="Stages" lead={planWords(draft)}>
          <StagesEditor stages={draft.stages} onChange={(stages) => change({ stages })} />
        </Section>
        <Section
          title="Guardrails"
          lead="Compared between people with and without the flag, never against fixed numbers alone."
        >
          <GuardrailsEditor
            guardrails={draft.guardrails}
            onChange={(guardrails) => change({ guardrails })}
          />
        </Section>
        <Section>
          <PolicyEditor policy={draft.policy} onChange={(policy) => change({ policy })} />
        </Section>
        <FirstProblem problems={problems} />
        <Group justify="flex-end">
          <Button variant="default" loading={create.isPending} onClick={() => submit(false)}>
            Save as draft
          </Button>
          <Button type="submit" loading={create.isPending}>
            Start rollout
          </Button>
        </Group>
      </form>
    </FormErrors.Provider>
  );
}

function useSave(scope: Scope) {
  const navigate = useNavigate();
  const create = useCreateRollout(scope);
  const act = useRolloutAction(scope);
  const open = (rolloutId: string) =>
    void navigate({ to: '/rollouts/$rolloutId', params: { rolloutId } });
  const save = (draft: PlanDraft, isStart: boolean) =>
    create.mutate(planFrom(draft, scope.environment.key), {
      onError: focusFirstProblem,
      onSuccess: (rollout) => {
        if (!isStart) return open(rollout.id);
        // A plan that cannot start is kept as a draft; its page says what is to be done.
        act.mutate(
          { rollout, action: 'start', reason: '' },
          {
            onSuccess: () => toastDone('The rollout has started.'),
            onError: toastError,
            onSettled: () => open(rollout.id),
          },
        );
      },
    });
  return { create, save };
}

type FlagChoiceProps = {
  readonly draft: PlanDraft;
  readonly flags: readonly Flag[];
  readonly onChange: (change: Partial<PlanDraft>) => void;
};

function FlagChoice({ draft, flags, onChange }: FlagChoiceProps) {
  const flagError = useFieldError('flag_key');
  const treatmentError = useFieldError('treatment');
  const flag = flags.find(({ key }) => key === draft.flagKey);
  const variants = flag?.filters.multivariate?.variants ?? [];
  return (
    <div className={styles.fields}>
      <Select
        label="Flag"
        placeholder="Choose a flag"
        data={flags.map(({ key }) => key)}
        value={draft.flagKey || null}
        searchable
        allowDeselect={false}
        error={flagError}
        onChange={(key) => {
          const next = flags.find((candidate) => candidate.key === key);
          onChange({ flagKey: key ?? '', treatment: likelyTreatment(next) });
        }}
      />
      {variants.length > 0 && (
        <Select
          label="Variant to roll out"
          data={variants.map(({ key }) => key)}
          value={draft.treatment}
          allowDeselect={false}
          error={treatmentError}
          onChange={(treatment) => onChange({ treatment })}
        />
      )}
    </div>
  );
}

export const newRolloutRoute = createLazyRoute('/app/rollouts/new')({ component: NewRollout });
