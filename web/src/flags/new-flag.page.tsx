// Creates a flag. It starts switched on for nobody: raising a share is what releases it.
import { Button, Group } from '@mantine/core';
import { LinkButton } from '../ui/link-button.tsx';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useScope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { FirstProblem } from '../targeting/first-problem.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { errorAt } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { emptyDraft } from './draft.ts';
import { bodyOf, filtersFrom } from './draft-body.ts';
import styles from './editor.module.css';

import { FlagForm } from './flag-form.tsx';
import { ReachCard } from './reach-card.tsx';
import { ReachContext, useReach } from './use-reach.ts';
import { OwnerSelect } from './owner-select.tsx';
import { Summary } from './summary.tsx';
import { summarySentences } from './words.ts';
import { useCreateFlag } from '../api/flags.ts';
import type { Problems } from '../targeting/condition-problem.ts';
import { allProblems } from '../targeting/all-problems.ts';
import { problemsOf } from './problems.ts';

const NONE: Problems = new Map();

function NewFlag() {
  const scope = useScope();
  const navigate = useNavigate();
  const { key = '' } = useSearch({ from: '/app/feature-flags/new' });
  const [draft, setDraft] = useState(() => ({ ...emptyDraft(), key }));
  const [isChecked, setChecked] = useState(false);
  const create = useCreateFlag(scope);
  const reach = useReach(scope, draft, null);
  const needsOwner = scope.project.require_flag_owner;
  const [ownerId, setOwnerId] = useState<string | null>(scope.user.id);
  const problems = isChecked ? problemsOf(draft) : NONE;
  const submit = () => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    create.mutate(
      { ...bodyOf(draft), active: true, ...(needsOwner ? { owner_id: ownerId } : {}) },
      {
        onError: focusFirstProblem,
        onSuccess: ({ id, key }) => {
          toastDone(`${key} is created.`);
          void navigate({ to: '/feature-flags/$flagId', params: { flagId: String(id) } });
        },
      },
    );
  };
  return (
    <ReachContext.Provider value={reach}>
      <Page>
        <PageHeader
          title="New flag"
          lead="It starts for nobody. Raise the share when your code asks for it."
          back={{ to: '/feature-flags', label: 'Flags' }}
        />
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <ErrorAlert error={create.error} />
          <FlagForm
            isNew
            draft={draft}
            environmentName={scope.environment.name}
            errors={allProblems(problems, create.error)}
            onChange={(next) => setDraft((current) => ({ ...current, ...next }))}
          />
          <ReachCard environmentName={scope.environment.name} isActive />
          {needsOwner && (
            <Section title="Ownership">
              <OwnerSelect
                value={ownerId}
                error={errorAt(create.error, 'owner_id')}
                isRequired
                onChange={setOwnerId}
              />
            </Section>
          )}
          <Section title="In words">
            <Summary sentences={summarySentences(filtersFrom(draft, null), true)} />
          </Section>
          <FirstProblem problems={problems} />
          <Group justify="flex-end">
            <LinkButton to="/feature-flags" variant="default">
              Cancel
            </LinkButton>
            <Button type="submit" loading={create.isPending}>
              Create flag
            </Button>
          </Group>
        </form>
      </Page>
    </ReachContext.Provider>
  );
}

export const newFlagRoute = createLazyRoute('/app/feature-flags/new')({ component: NewFlag });
