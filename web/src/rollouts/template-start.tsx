// Where a plan begins: a template, filled in for the flag and whoever asks, in one press.
import { Alert, Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type ChangeKind,
  type LeftOut,
  type Proposal,
  templatesQuery,
  usePropose,
} from '../api/rollout-advice.ts';
import { type Scope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { toastError } from '../ui/toast.ts';
import { ChoiceInput } from './guardrail-fields.tsx';
import styles from './plan-form.module.css';

const CHANGES: readonly { readonly value: ChangeKind; readonly label: string }[] = [
  { value: 'copy', label: 'Texts or styles' },
  { value: 'page', label: 'A page or its scripts' },
  { value: 'backend', label: 'A server or an API' },
  { value: 'checkout', label: 'Checkout or prices' },
  { value: 'jobs', label: 'Jobs or data processing' },
  { value: 'schema', label: 'What is written, or a schema' },
  { value: 'ranking', label: 'Ranking or a model' },
  { value: 'mobile', label: 'A mobile app' },
];
const DEFAULT_TEMPLATE = 'default';

type TemplateStartProps = {
  readonly scope: Scope;
  readonly flagKey: string;
  readonly onPlan: (plan: Proposal['plan']) => void;
};

export function TemplateStart({ scope, flagKey, onPlan }: TemplateStartProps) {
  const templates = useQuery(templatesQuery(scope));
  const propose = usePropose(scope);
  const [template, setTemplate] = useState(DEFAULT_TEMPLATE);
  const [change, setChange] = useState<ChangeKind>('page');
  const all = templates.data?.results ?? [];
  const chosen = all.find(({ id }) => id === template);
  const choices = (isBuiltIn: boolean) =>
    all
      .filter((one) => one.is_built_in === isBuiltIn)
      .map(({ id, name }) => ({ value: id, label: name }));
  const make = () =>
    propose.mutate(
      { template, flagKey, change },
      { onSuccess: ({ plan }) => onPlan(plan), onError: toastError },
    );
  return (
    <div className={styles.stack}>
      <div className={styles.start}>
        <Select
          label="Start from"
          data={[
            { group: 'From Serin', items: choices(true) },
            { group: 'Of this project', items: choices(false) },
          ]}
          value={template}
          allowDeselect={false}
          searchable
          nothingFoundMessage="No such template"
          onChange={(next) => next && setTemplate(next)}
        />
        <ChoiceInput label="It changes" data={CHANGES} value={change} onChange={setChange} />
        <Button
          loading={propose.isPending}
          disabled={flagKey === '' || templates.isPending}
          onClick={make}
        >
          Make the plan
        </Button>
      </div>
      <Group justify="space-between" gap="xs">
        <p className={styles.words}>
          {chosen?.description ??
            'Stages for yourself and your team, bake times by what changes, and guardrails that this project can measure.'}
        </p>
        <LinkButton variant="subtle" size="compact-sm" to="/rollouts/templates">
          All templates
        </LinkButton>
      </Group>
      {propose.data && <LeftOutList leftOut={propose.data.left_out} />}
    </div>
  );
}

function LeftOutList({ leftOut }: { leftOut: readonly LeftOut[] }) {
  if (leftOut.length === 0) return null;
  return (
    <Alert variant="light" color="gray" title="Left out, for want of data">
      <ul className={styles.leftOut}>
        {leftOut.map(({ name, reason, how }) => (
          <li key={name}>
            <strong>{name}.</strong> {reason} {how}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
