// Changes the plan of a rollout: all of a draft, and what is still to come of one that runs.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { PERSON, type Rollout, rolloutQuery, useReplan } from '../api/rollouts.ts';
import { type Scope, useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone } from '../ui/toast.ts';
import { CheckPanel } from './check-panel.tsx';
import { PlanColumns } from './plan-columns.tsx';
import { draftOf, editedPlan, mended, type PlanDraft, type PlanInput } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { PlanParts } from './plan-parts.tsx';
import { planProblemsOf } from './plan-problems.ts';
import { withAdvice } from './rollout-actions.tsx';
import { isPlanOpen, isStarted } from './rollout-words.ts';

function EditPlan() {
  const scope = useScope();
  const { rolloutId } = useParams({ from: '/app/rollouts/$rolloutId/plan' });
  const rollout = useQuery({ ...rolloutQuery(scope, rolloutId), refetchOnMount: 'always' });
  const [opened, setOpened] = useState(0);
  return (
    <Page>
      <PageHeader
        title={rollout.data ? `Plan for ${rollout.data.flag_key}` : 'Plan'}
        lead={rollout.data && leadOf(rollout.data)}
        back={{ to: `/rollouts/${rolloutId}`, label: 'Rollout' }}
      />
      <QueryView query={rollout} loading={<LoadingBlock height={420} />}>
        {(data) =>
          // What another page has left may be old.
          !rollout.isFetchedAfterMount ? (
            <LoadingBlock height={420} />
          ) : isPlanOpen(data) ? (
            // What is written stays while the rollout moves on: saving says when it has.
            <EditForm
              key={`${data.id} ${opened}`}
              rollout={data}
              scope={scope}
              onReopen={() => setOpened(opened + 1)}
            />
          ) : (
            <Section flush>
              <EmptyState
                title="The rollout is over"
                action={
                  <LinkButton to="/rollouts/$rolloutId" params={{ rolloutId }}>
                    See how it went
                  </LinkButton>
                }
              >
                Its plan stays as it was.
              </EmptyState>
            </Section>
          )
        }
      </QueryView>
    </Page>
  );
}

function leadOf(rollout: Rollout): string {
  if (rollout.state === 'scheduled') {
    return 'What was to start by itself was another plan: once changed, it waits as a draft until somebody starts it.';
  }
  return isStarted(rollout)
    ? 'It runs. Who has it in the stages that were reached stays as it is; when other things are watched, the stage begins anew.'
    : 'Nothing has started yet: everything but the flag can be changed.';
}

type EditFormProps = {
  readonly rollout: Rollout;
  readonly scope: Scope;
  /** Begins anew with the plan as it is now. */
  readonly onReopen: () => void;
};

function EditForm({ rollout: shown, scope, onReopen }: EditFormProps) {
  // The plan that was opened; it is saved against what its writer has seen of the rollout.
  const [rollout] = useState(shown);
  const [draft, setDraft] = useState<PlanDraft>(() => draftOf(rollout.plan));
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const { replan, isOverwriting, save } = useSave(scope, rollout);
  const missing = planProblemsOf(draft);
  const problems = new Map(isChecked ? missing : []);
  if (replan.error instanceof ApiError && isOfField(replan.error.attr)) {
    problems.set(replan.error.attr.replace(/^plan\./, ''), replan.error.message);
  }
  const change = (next: Partial<PlanDraft>) => setDraft((current) => ({ ...current, ...next }));
  const plan = editedPlan(rollout.plan, draft, rollout.environment);
  const submit = () => {
    setChecked(true);
    if (missing.size === 0) void save(plan, reason);
    else focusFirstProblem();
  };
  return (
    <PlanColumns
      problems={problems}
      error={replan.error && withAdvice(replan.error)}
      check={
        // Of a flag that a rollout has changed already, nothing is forecast as of an untouched one.
        isStarted(rollout) ? undefined : (
          <CheckPanel
            scope={scope}
            plan={plan}
            isComplete={missing.size === 0}
            onMend={(changes) => setDraft(draftOf(mended(plan, changes)))}
          />
        )
      }
      actions={
        <Actions
          rolloutId={rollout.id}
          reason={reason}
          isPending={replan.isPending}
          isOverwriting={isOverwriting}
          onReopen={onReopen}
          onReason={setReason}
        />
      }
      onSubmit={submit}
    >
      <PlanParts draft={draft} isOfGroups={draft.unit !== PERSON} onChange={change} />
    </PlanColumns>
  );
}

const isOfField = (attr: string | null): attr is string =>
  attr !== null && attr !== 'expected_version';

type ActionsProps = {
  readonly rolloutId: string;
  readonly reason: string;
  readonly isPending: boolean;
  /** Somebody else has changed the plan since it was opened. */
  readonly isOverwriting: boolean;
  readonly onReopen: () => void;
  readonly onReason: (reason: string) => void;
};

function Actions(props: ActionsProps) {
  const { rolloutId, reason, isPending, isOverwriting, onReopen, onReason } = props;
  const error = useFieldError('reason');
  return (
    <div className={styles.stack}>
      {isOverwriting && (
        <Group gap="sm">
          <Text size="sm">Somebody else has changed the plan meanwhile.</Text>
          <Button variant="default" size="compact-sm" onClick={onReopen}>
            Load it, without what you have written
          </Button>
        </Group>
      )}
      <Group justify="space-between" align="flex-end">
        <TextInput
          label="Why"
          description="For the time line"
          value={reason}
          maxLength={2000}
          error={error}
          style={{ flex: '1 1 220px' }}
          onChange={(event) => onReason(event.currentTarget.value)}
        />
        <Group gap="sm">
          <LinkButton variant="default" to="/rollouts/$rolloutId" params={{ rolloutId }}>
            Cancel
          </LinkButton>
          <Button type="submit" loading={isPending} disabled={isOverwriting}>
            Save plan
          </Button>
        </Group>
      </Group>
    </div>
  );
}

/** Saves against the version that was opened, or what the rollout has moved to since, if its plan is still the same. */
function useSave(scope: Scope, rollout: Rollout) {
  const navigate = useNavigate();
  const replan = useReplan(scope);
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const [version, setVersion] = useState(rollout.version);
  const [isOverwriting, setOverwriting] = useState(false);
  const lookAgain = async (): Promise<void> => {
    const query = { ...rolloutQuery(scope, rollout.id), staleTime: 0 };
    const now = await queryClient.fetchQuery(query).catch(() => undefined);
    if (!now) return;
    if (JSON.stringify(now.plan) === JSON.stringify(rollout.plan)) setVersion(now.version);
    else setOverwriting(true);
  };
  const send = async (plan: PlanInput, reason: string, typed?: string): Promise<void> => {
    try {
      await replan.mutateAsync({ id: rollout.id, version, plan, reason, confirm: typed });
      toastDone('The plan is changed.');
      await navigate({ to: '/rollouts/$rolloutId', params: { rolloutId: rollout.id } });
    } catch (error) {
      if (error instanceof ApiError && error.attr === 'expected_version') await lookAgain();
      const asks = error instanceof ApiError && error.code === 'confirmation_required' && !typed;
      if (!asks) return focusFirstProblem();
      const answer = await confirm({
        title: 'Change what the way back costs?',
        body: error.message,
        action: 'Save plan',
        tone: 'harm',
        phrase: rollout.flag_key,
      });
      if (answer) await send(plan, reason, rollout.flag_key);
    }
  };
  return { replan, isOverwriting, save: (plan: PlanInput, reason: string) => send(plan, reason) };
}

export const editPlanRoute = createLazyRoute('/app/rollouts/$rolloutId/plan')({
  component: EditPlan,
});
