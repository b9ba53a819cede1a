// Creates a cohort: by conditions, or a list that is filled afterwards.
import { Button, Group, SegmentedControl } from '@mantine/core';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCreateCohort } from '../api/cohorts.ts';
import { useScope } from '../api/session.ts';
import { allProblems } from '../targeting/all-problems.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { FirstProblem } from '../targeting/first-problem.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { toastDone } from '../ui/toast.ts';
import { bodyOf, emptyDraft, problemsOf } from './cohort-draft.ts';
import { CohortForm } from './cohort-form.tsx';
import styles from './cohorts.module.css';

const KINDS = [
  { value: 'dynamic', label: 'By conditions' },
  { value: 'static', label: 'A list of people' },
];
const NONE: Problems = new Map();

function NewCohort() {
  const scope = useScope();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(emptyDraft);
  const [isChecked, setChecked] = useState(false);
  const create = useCreateCohort(scope);
  const problems = isChecked ? problemsOf(draft) : NONE;
  const submit = () => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    create.mutate(
      { ...bodyOf(draft), is_static: draft.isStatic },
      {
        onError: focusFirstProblem,
        onSuccess: ({ id, name }) => {
          toastDone(`${name} is created.`);
          void navigate({ to: '/cohorts/$cohortId', params: { cohortId: String(id) } });
        },
      },
    );
  };
  return (
    <Page>
      <PageHeader
        title="New cohort"
        lead="The same in every environment, each with its own people."
        back={{ to: '/cohorts', label: 'Cohorts' }}
      />
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ErrorAlert error={create.error} />
        <Section>
          <div className={styles.stack}>
            <SegmentedControl
              aria-label="Kind of cohort"
              data={KINDS}
              value={draft.isStatic ? 'static' : 'dynamic'}
              onChange={(kind) => setDraft({ ...draft, isStatic: kind === 'static' })}
            />
            <CohortForm
              draft={draft}
              errors={allProblems(problems, create.error)}
              onChange={setDraft}
            />
          </div>
        </Section>
        <FirstProblem problems={problems} />
        <Group justify="flex-end">
          <LinkButton to="/cohorts" variant="default">
            Cancel
          </LinkButton>
          <Button type="submit" loading={create.isPending}>
            Create cohort
          </Button>
        </Group>
      </form>
    </Page>
  );
}

export const newCohortRoute = createLazyRoute('/app/cohorts/new')({ component: NewCohort });
