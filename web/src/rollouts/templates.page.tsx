// Templates of plans: those that come with Serin, and those of the project, which can be changed here.
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Template,
  templatesQuery,
  useDeleteTemplate,
  useUpdateTemplate,
} from '../api/rollout-advice.ts';
import { ApiError } from '../api/client.ts';
import { type Scope, useScope } from '../api/session.ts';
import { FormErrors } from '../targeting/form-errors.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { SideDialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { partsOf, templateFrom } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { PlanParts } from './plan-parts.tsx';
import { partProblems } from './plan-problems.ts';
import { planWords } from './plan-words.ts';
import { TemplateNameFields } from './template-name.tsx';

function Templates() {
  const scope = useScope();
  const templates = useQuery(templatesQuery(scope));
  return (
    <Page>
      <PageHeader
        title="Rollout templates"
        lead="Plans to start from. Those of Serin are filled in for whoever asks; those of the project are saved from the form of a rollout."
        back={{ to: '/rollouts', label: 'Rollouts' }}
        actions={<LinkButton to="/rollouts/new">New rollout</LinkButton>}
      />
      <Section flush>
        <QueryView query={templates}>
          {({ results }) => <TemplatesTable scope={scope} templates={results} />}
        </QueryView>
      </Section>
    </Page>
  );
}

type TemplatesTableProps = { readonly scope: Scope; readonly templates: readonly Template[] };

function TemplatesTable({ scope, templates }: TemplatesTableProps) {
  const [edited, setEdited] = useState<Template | null>(null);
  const ask = useConfirm();
  const remove = useDeleteTemplate(scope);
  const erase = async ({ id, name }: Template) => {
    const answer = await ask({
      title: `Delete “${name}”?`,
      body: 'Rollouts that were made from it keep their plans.',
      action: 'Delete',
      tone: 'harm',
    });
    if (!answer) return;
    remove.mutate(id, { onSuccess: () => toastDone('Deleted.'), onError: toastError });
  };
  const actions = actionsColumn<Template>(
    (template) =>
      template.is_built_in
        ? []
        : [
            { label: 'Edit', name: `Edit ${template.name}`, onClick: () => setEdited(template) },
            {
              label: 'Delete',
              name: `Delete ${template.name}`,
              tone: 'harm',
              onClick: () => void erase(template),
            },
          ],
    { shrink: true },
  );
  return (
    <>
      <DataTable
        label="Rollout templates"
        columns={[...COLUMNS, actions]}
        rows={templates}
        rowKey={({ id }) => id}
      />
      {edited && (
        <EditDialog
          key={edited.id}
          scope={scope}
          template={edited}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Template>[] = [
  {
    title: 'Template',
    lead: true,
    cell: ({ name, description, plan }) => (
      <div>
        <strong>{name}</strong>
        <p className={styles.words}>{description || (plan && planWords(partsOf(plan)))}</p>
      </div>
    ),
  },
  {
    title: 'Of',
    cell: ({ is_built_in: isBuiltIn, created_by: maker }) =>
      isBuiltIn ? <StatusBadge tone="neutral">Serin</StatusBadge> : (maker?.first_name ?? 'a key'),
  },
  {
    title: 'Changed',
    hideNarrow: true,
    cell: ({ updated_at: at }) => (at === null ? '–' : <Time at={at} />),
  },
];

type EditDialogProps = {
  readonly scope: Scope;
  readonly template: Template;
  readonly onClose: () => void;
};

function EditDialog({ scope, template, onClose }: EditDialogProps) {
  const [named, setNamed] = useState({
    name: template.name,
    description: template.description,
  });
  const [parts, setParts] = useState(() => (template.plan ? partsOf(template.plan) : null));
  const [isChecked, setChecked] = useState(false);
  const update = useUpdateTemplate(scope);
  if (parts === null) return null;
  const missing = new Map(partProblems(parts));
  const problems = new Map(isChecked ? missing : []);
  const { error } = update;
  if (error instanceof ApiError && error.attr) {
    problems.set(error.attr.replace(/^plan\./, ''), error.message);
  }
  const save = () => {
    setChecked(true);
    if (missing.size > 0) return focusFirstProblem();
    const plan = templateFrom(parts);
    const change = { ...named, plan, version: template.version };
    update.mutate(
      { id: template.id, change },
      {
        onError: focusFirstProblem,
        onSuccess: () => {
          toastDone('The template is saved.');
          onClose();
        },
      },
    );
  };
  return (
    <SideDialog
      opened
      onClose={onClose}
      position="right"
      size="min(920px, 100vw)"
      title={`Template ${template.name}`}
    >
      <FormErrors.Provider value={problems}>
        <div className={styles.stack}>
          <ErrorAlert error={error} />
          <TemplateNameFields value={named} onChange={setNamed} />
          <PlanParts
            draft={parts}
            onChange={(next) => setParts((current) => current && { ...current, ...next })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button disabled={named.name.trim() === ''} loading={update.isPending} onClick={save}>
              Save
            </Button>
          </Group>
        </div>
      </FormErrors.Provider>
    </SideDialog>
  );
}

export const templatesRoute = createLazyRoute('/app/rollouts/templates')({ component: Templates });
