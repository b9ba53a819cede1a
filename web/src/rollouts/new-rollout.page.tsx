// Plans a guarded rollout of a flag. It can be started at once or kept as a draft.
import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LinkButton } from '../ui/link-button.tsx';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Scope, useScope } from '../api/session.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { groupTypeName, type Names } from '../targeting/names.ts';
import { useNames } from '../targeting/use-names.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { PERSON, type Rollout, useCreateRollout, useRolloutAction } from '../api/rollouts.ts';
import { CheckPanel } from './check-panel.tsx';
import { COMMANDS, confirmed, consequence, riskOf } from './command-words.ts';
import { DryRunButton } from './dry-run.tsx';
import { draftOf, mended, newPlan, type PlanDraft, planFrom } from './plan-draft.ts';
import { PlanColumns } from './plan-columns.tsx';
import styles from './plan-form.module.css';
import { PlanParts } from './plan-parts.tsx';
import { planProblemsOf } from './plan-problems.ts';
import { withRisk } from './risk-warning.tsx';
import { SaveTemplate } from './save-template.tsx';
import { TemplateStart } from './template-start.tsx';

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

/** Whoever the flag is given to is whoever is compared. */
function unitOf(flag: Flag | undefined, names: Names): string {
  const index = flag?.filters.aggregation_group_type_index;
  return typeof index === 'number' ? groupTypeName(index, names) : PERSON;
}

function PlanForm({ scope, flags }: { scope: Scope; flags: readonly Flag[] }) {
  const { flag: asked } = useSearch({ from: '/app/rollouts/new' });
  const [stored, setDraft] = useState<PlanDraft>(() => {
    const flag = flags.find(({ key }) => key === asked);
    return newPlan(flag?.key ?? '', likelyTreatment(flag));
  });
  const names = useNames();
  const draft = {
    ...stored,
    unit: unitOf(
      flags.find(({ key }) => key === stored.flagKey),
      names,
    ),
  };
  const [startAt, setStartAt] = useState('');
  const [isChecked, setChecked] = useState(false);
  const { create, save } = useSave(scope);
  const missing = planProblemsOf(draft);
  const problems = new Map(isChecked ? missing : NONE);
  if (create.error instanceof ApiError && create.error.attr) {
    problems.set(create.error.attr, create.error.message);
  }
  const change = (next: Partial<PlanDraft>) => setDraft((current) => ({ ...current, ...next }));
  const submit = (isStart: boolean) => {
    setChecked(true);
    if (missing.size === 0) save(draft, isStart ? { at: startAt } : null);
    else focusFirstProblem();
  };
  const plan = planFrom(draft, scope.environment.key);
  return (
    <PlanColumns
      problems={problems}
      error={create.error}
      check={
        <CheckPanel
          scope={scope}
          plan={plan}
          isComplete={missing.size === 0}
          onMend={(changes) => setDraft(draftOf(mended(plan, changes)))}
        />
      }
      actions={
        <PlanActions
          scope={scope}
          draft={draft}
          startAt={startAt}
          isPending={create.isPending}
          onStartAt={setStartAt}
          onDraft={() => submit(false)}
        />
      }
      onSubmit={() => submit(true)}
    >
      <Section title="What">
        <div className={styles.stack}>
          <FlagChoice draft={draft} flags={flags} onChange={change} />
          <TemplateStart
            scope={scope}
            flagKey={draft.flagKey}
            onPlan={(made) => setDraft(draftOf(made))}
          />
        </div>
      </Section>
      <PlanParts draft={draft} isOfGroups={draft.unit !== PERSON} onChange={change} />
    </PlanColumns>
  );
}

type PlanActionsProps = {
  readonly scope: Scope;
  readonly draft: PlanDraft;
  /** As the field has it; empty: at once. */
  readonly startAt: string;
  readonly isPending: boolean;
  readonly onStartAt: (at: string) => void;
  readonly onDraft: () => void;
};

function PlanActions(props: PlanActionsProps) {
  const { scope, draft, startAt, isPending, onStartAt, onDraft } = props;
  return (
    <div className={styles.stack}>
      <Group gap="sm">
        <DryRunButton
          scope={scope}
          wish={{ plan: planFrom(draft, scope.environment.key) }}
          isComplete={planProblemsOf(draft).size === 0}
        />
        <SaveTemplate scope={scope} draft={draft} />
      </Group>
      <Group justify="space-between" align="flex-end">
        <TextInput
          type="datetime-local"
          label="Start"
          description="Empty: at once"
          value={startAt}
          onChange={(event) => onStartAt(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Button variant="default" loading={isPending} onClick={onDraft}>
            Save as draft
          </Button>
          <Button type="submit" loading={isPending}>
            {startAt === '' ? 'Start rollout' : 'Schedule rollout'}
          </Button>
        </Group>
      </Group>
    </div>
  );
}

function useSave(scope: Scope) {
  const navigate = useNavigate();
  const create = useCreateRollout(scope);
  const act = useRolloutAction(scope);
  const confirm = useConfirm();
  const open = (rolloutId: string) =>
    void navigate({ to: '/rollouts/$rolloutId', params: { rolloutId } });
  /** What of the data the start puts at stake is typed; who does not type it keeps a draft. */
  const accept = async (rollout: Rollout) => {
    const risk = riskOf('start', rollout);
    if (!risk) return {};
    const { title, label: action } = COMMANDS.start;
    const body = withRisk(consequence('start', rollout), risk);
    const answer = await confirm({ title, body, action, tone: 'harm', phrase: risk.phrase });
    return answer && confirmed(risk);
  };
  const begin = async (rollout: Rollout, at: string) => {
    const accepted = await accept(rollout);
    if (accepted === null) return open(rollout.id);
    const isLater = at !== '';
    const later = isLater ? { start_at: new Date(at).toISOString() } : {};
    // A plan that cannot start is kept as a draft; its page says what is to be done.
    act.mutate(
      { rollout, action: 'start', reason: '', details: { ...accepted, ...later } },
      {
        onSuccess: () =>
          toastDone(isLater ? 'The rollout is scheduled.' : 'The rollout has started.'),
        onError: toastError,
        onSettled: () => open(rollout.id),
      },
    );
  };
  const save = (draft: PlanDraft, start: { readonly at: string } | null) =>
    create.mutate(planFrom(draft, scope.environment.key), {
      onError: focusFirstProblem,
      onSuccess: (rollout) => {
        if (start === null) open(rollout.id);
        else void begin(rollout, start.at);
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
      {draft.unit !== PERSON && (
        <Text size="sm" c="dimmed">
          This flag is given to groups of the type {draft.unit}: they are compared, and each counts
          as one.
        </Text>
      )}
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
