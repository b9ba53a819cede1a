// Creates an early-access feature or changes one.
import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isEnrolling } from 'serin/early-access/stages';
import { type Feature, useCreateFeature, useUpdateFeature } from '../api/flag-people.ts';
import { flagsQuery } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { STAGE_WORDS, STAGES } from './stage-words.ts';
import { useGuardedFeature } from './use-guarded-feature.ts';

type Props = {
  readonly scope: Scope;
  /** Null: a new one. */
  readonly feature: Feature | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

export function FeatureDialog({ scope, feature, isOpen, onClose }: Props) {
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title={feature ? `Change ${feature.name}` : 'New early-access feature'}
    >
      {isOpen && <FeatureForm scope={scope} feature={feature} onDone={onClose} />}
    </Dialog>
  );
}

const FIELDS = ['name', 'description', 'documentation_url', 'feature_flag_id', 'stage'];

type FormProps = Pick<Props, 'scope' | 'feature'> & { readonly onDone: () => void };

type Draft = Pick<Feature, 'name' | 'description' | 'stage' | 'documentation_url'>;

const NEW: Draft = { name: '', description: '', stage: 'beta', documentation_url: '' };

function FeatureForm({ scope, feature, onDone }: FormProps) {
  const [draft, setDraft] = useState<Draft>(feature ?? NEW);
  const [flagId, setFlagId] = useState<string | null>(null);
  const create = useCreateFeature(scope);
  const update = useUpdateFeature(scope);
  const error = create.error ?? update.error;
  const run = useGuardedFeature(scope);
  const submit = async () => {
    const { name, description, stage, documentation_url: url } = draft;
    const body = { name: name.trim(), description, stage, documentation_url: url.trim() };
    const flag = flagId === null ? {} : { feature_flag_id: Number(flagId) };
    const saved = await run<Feature>({
      send: (why) =>
        feature
          ? update.mutateAsync({ id: feature.id, ...body, ...why })
          : create.mutateAsync({ ...body, ...flag, ...why }),
      flagId: feature ? feature.feature_flag.id : (flag.feature_flag_id ?? null),
      name: body.name,
      isEnrolling: isEnrolling(stage),
      // What is refused stands in the form.
    }).catch(() => undefined);
    if (!saved) return;
    toastDone(`${saved.name} is saved.`);
    onDone();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(error, FIELDS)} />
        <FeatureFields
          draft={draft}
          error={error}
          onChange={(change) => setDraft((current) => ({ ...current, ...change }))}
        />
        {!feature && (
          <FlagChoice
            scope={scope}
            value={flagId}
            error={errorAt(error, 'feature_flag_id')}
            onChange={setFlagId}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending || update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type FieldsProps = {
  readonly draft: Draft;
  readonly error: unknown;
  readonly onChange: (change: Partial<Draft>) => void;
};

function FeatureFields({ draft, error, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        placeholder="New checkout"
        required
        withAsterisk={false}
        data-autofocus
        value={draft.name}
        error={errorAt(error, 'name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        description="What people read before they opt in."
        autosize
        minRows={2}
        value={draft.description}
        error={errorAt(error, 'description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <Select
        label="Stage"
        description={STAGE_WORDS[draft.stage].help}
        data={STAGES.map((value) => ({ value, label: STAGE_WORDS[value].label }))}
        value={draft.stage}
        error={errorAt(error, 'stage')}
        allowDeselect={false}
        onChange={(next) => next && onChange({ stage: next as Feature['stage'] })}
      />
      <TextInput
        label="Link to its documentation"
        placeholder="https://…"
        value={draft.documentation_url}
        error={errorAt(error, 'documentation_url')}
        onChange={(event) => onChange({ documentation_url: event.currentTarget.value })}
      />
    </>
  );
}

type FlagChoiceProps = {
  readonly scope: Scope;
  readonly value: string | null;
  readonly error: string | undefined;
  readonly onChange: (flagId: string | null) => void;
};

function FlagChoice({ scope, value, error, onChange }: FlagChoiceProps) {
  const flags = useQuery(flagsQuery(scope));
  const choices = (flags.data?.results ?? []).map(({ id, key }) => ({
    value: String(id),
    label: key,
  }));
  return (
    <Select
      label="Flag"
      description="Without one, a flag is made that is off for everybody who does not opt in."
      placeholder="A new flag"
      data={choices}
      value={value}
      error={error}
      clearable
      searchable
      onChange={onChange}
    />
  );
}
