// One cohort: what it is, who is in it, who asks for it.
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Cohort,
  cohortQuery,
  type CohortUses,
  cohortUsesQuery,
  useUpdateCohort,
} from '../api/cohorts.ts';
import { type Scope, useScope } from '../api/session.ts';
import { allProblems } from '../targeting/all-problems.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { AddMembers } from './add-members.tsx';
import { bodyOf, draftFrom, problemsOf } from './cohort-draft.ts';
import { CohortForm } from './cohort-form.tsx';
import { countWords, isByEvents, kindWords } from './cohort-words.ts';
import { CopyButton, CountSection } from './cohort-count.tsx';
import styles from './cohorts.module.css';
import { MembersTable } from './members-table.tsx';

function CohortRoute() {
  const { cohortId } = useParams({ from: '/app/cohorts/$cohortId' });
  const scope = useScope();
  const query = useQuery(cohortQuery(scope, cohortId));
  return (
    <Page>
      <QueryView query={query} loading={<LoadingBlock height={360} />}>
        {(cohort) => <CohortView scope={scope} cohort={cohort} />}
      </QueryView>
    </Page>
  );
}

function CohortView({ scope, cohort }: { scope: Scope; cohort: Cohort }) {
  const { name, is_static: isStatic } = cohort;
  return (
    <>
      <PageHeader
        title={name}
        back={{ to: '/cohorts', label: 'Cohorts' }}
        badge={
          <StatusBadge tone={isStatic ? 'info' : 'neutral'} hollow={!isStatic}>
            {kindWords(cohort)}
          </StatusBadge>
        }
        lead={
          cohort.count === null
            ? `Not counted in ${scope.environment.name} yet`
            : `${countWords(cohort)} in ${scope.environment.name}`
        }
        actions={
          <>
            {!isStatic && <CopyButton scope={scope} cohort={cohort} />}
            <DeleteButton scope={scope} cohort={cohort} />
          </>
        }
      />
      {isByEvents(cohort) && <CountSection scope={scope} cohort={cohort} />}
      {isStatic && (
        <Section title="Add people" lead={`To the list of ${scope.environment.name}.`}>
          <AddMembers scope={scope} cohortId={String(cohort.id)} />
        </Section>
      )}
      {/* What is saved elsewhere meanwhile opens the form anew. */}
      <Definition key={cohort.version} scope={scope} cohort={cohort} />
      <Section title="Who is in it" flush>
        <MembersTable scope={scope} cohort={cohort} />
      </Section>
      <Section title="Used by">
        <Uses scope={scope} cohortId={String(cohort.id)} />
      </Section>
    </>
  );
}

function Definition({ scope, cohort }: { scope: Scope; cohort: Cohort }) {
  const [stored] = useState(() => draftFrom(cohort));
  const [draft, setDraft] = useState(stored);
  const [isChecked, setChecked] = useState(false);
  const update = useUpdateCohort(scope, String(cohort.id));
  const problems = isChecked ? problemsOf(draft) : new Map<string, string>();
  const submit = () => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    update.mutate(
      { ...bodyOf(draft), version: cohort.version },
      { onError: focusFirstProblem, onSuccess: () => toastDone('Saved.') },
    );
  };
  return (
    <Section title="Definition" lead="The same in every environment.">
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ErrorAlert error={update.error} />
        <CohortForm
          draft={draft}
          errors={allProblems(problems, update.error)}
          onChange={setDraft}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={draft === stored} loading={update.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Section>
  );
}

function Uses({ scope, cohortId }: { scope: Scope; cohortId: string }) {
  const uses = useQuery(cohortUsesQuery(scope, cohortId));
  return (
    <QueryView query={uses} loading={<LoadingBlock height={24} />}>
      {({ flags, cohorts, waiting }) =>
        flags.length + cohorts.length + waiting.length === 0 ? (
          <span className={styles.dim}>No flag and no other cohort asks for it.</span>
        ) : (
          <ul className={styles.uses}>
            {flags.map(({ id, key }) => (
              <li key={key}>
                Flag{' '}
                <Link to="/feature-flags/$flagId" params={{ flagId: String(id) }}>
                  {key}
                </Link>
              </li>
            ))}
            {cohorts.map(({ id, name }) => (
              <li key={id}>
                Cohort{' '}
                <Link to="/cohorts/$cohortId" params={{ cohortId: String(id) }}>
                  {name}
                </Link>
              </li>
            ))}
            {waiting.map((use) => (
              <li key={`${use.kind} ${use.id}`}>
                <Waiting use={use} />
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

type WaitingProps = { readonly use: CohortUses['waiting'][number] };

/** A change that asks for the cohort once it is made. */
function Waiting({ use: { kind, id, label } }: WaitingProps) {
  if (kind === 'change_request') {
    return (
      <>
        Request {id}{' '}
        <Link to="/changes/$number" params={{ number: id }}>
          {label}
        </Link>
      </>
    );
  }
  return (
    <>
      Planned change of{' '}
      <Link to="/feature-flags/$flagId" params={{ flagId: label }} search={{ tab: 'changes' }}>
        {label}
      </Link>
    </>
  );
}

function DeleteButton({ scope, cohort }: { scope: Scope; cohort: Cohort }) {
  const confirm = useConfirm();
  const navigate = useNavigate();
  const update = useUpdateCohort(scope, String(cohort.id));
  const remove = async () => {
    const answer = await confirm({
      title: `Delete ${cohort.name}?`,
      body: 'It goes in every environment, unless a flag, another cohort or a change that waits asks for it.',
      action: 'Delete',
      tone: 'harm',
    });
    if (!answer) return;
    update.mutate(
      { deleted: true },
      {
        onError: toastError,
        onSuccess: () => {
          toastDone(`${cohort.name} is deleted.`);
          void navigate({ to: '/cohorts' });
        },
      },
    );
  };
  return (
    <Button variant="default" loading={update.isPending} onClick={() => void remove()}>
      Delete
    </Button>
  );
}

export const cohortRoute = createLazyRoute('/app/cohorts/$cohortId')({ component: CohortRoute });
