// Says what an event or a property means, of which type it is, and whether it is offered.
import { Button, Group, Select, Stack, Switch, TagsInput, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import {
  type EventDefinition,
  type PropertyDefinition,
  type PropertyType,
  useDescribe,
} from '../api/known-events.ts';
import type { Scope } from '../api/session.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { TYPE_WORDS, observedWords } from './definition-words.ts';

const FIELDS = ['description', 'tags', 'property_type', 'hidden', 'verified'];

type DefinitionDialogProps = {
  readonly scope: Scope;
  readonly definition: EventDefinition | PropertyDefinition;
  readonly onClose: () => void;
};

export function DefinitionDialog({ scope, definition, onClose }: DefinitionDialogProps) {
  const property = 'property_type' in definition ? definition : undefined;
  const [draft, setDraft] = useState(() => ({
    description: definition.description,
    tags: definition.tags,
    verified: definition.verified,
    hidden: definition.hidden,
    type: property?.is_type_given ? property.property_type : null,
  }));
  const save = useDescribe(scope, property ? 'property' : 'event', definition.name);
  const change = (next: Partial<typeof draft>) => setDraft({ ...draft, ...next });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { type, ...fields } = draft;
    const body = { ...fields, version: definition.version };
    save.mutate(property ? { ...body, property_type: type } : body, {
      onSuccess: () => {
        toastDone('Saved.');
        onClose();
      },
    });
  };
  return (
    <SideDialog
      opened
      position="right"
      title={definition.name}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <ErrorAlert error={errorElsewhere(save.error, FIELDS)} />
          <Textarea
            label="Description"
            description="What it means, and when it is sent."
            autosize
            minRows={3}
            maxLength={2_000}
            data-autofocus
            value={draft.description}
            error={errorAt(save.error, 'description')}
            onChange={({ currentTarget: { value } }) => change({ description: value })}
          />
          <TagsInput
            label="Tags"
            maxTags={50}
            value={draft.tags}
            error={errorAt(save.error, 'tags')}
            onChange={(tags) => change({ tags })}
          />
          {property && (
            <TypeSelect
              property={property}
              type={draft.type}
              error={errorAt(save.error, 'property_type')}
              onChange={(type) => change({ type })}
            />
          )}
          <Standing {...draft} onChange={change} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </SideDialog>
  );
}

type TypeSelectProps = {
  readonly property: PropertyDefinition;
  readonly type: PropertyType | null;
  readonly error: string | undefined;
  readonly onChange: (type: PropertyType | null) => void;
};

const BY_VALUES = 'by-values';

function TypeSelect({ property, type, error, onChange }: TypeSelectProps) {
  const types = Object.keys(TYPE_WORDS) as PropertyType[];
  const data = [
    { value: BY_VALUES, label: 'As its values say' },
    ...types.map((value) => ({ value, label: TYPE_WORDS[value] })),
  ];
  return (
    <Select
      label="Type"
      description={observedWords(property.observed_types)}
      allowDeselect={false}
      data={data}
      value={type ?? BY_VALUES}
      error={error}
      onChange={(value) => onChange(types.find((one) => one === value) ?? null)}
    />
  );
}

type StandingProps = {
  readonly verified: boolean;
  readonly hidden: boolean;
  readonly onChange: (change: { verified?: boolean; hidden?: boolean }) => void;
};

/** One excludes the other. */
function Standing({ verified, hidden, onChange }: StandingProps) {
  return (
    <>
      <Switch
        label="Verified"
        description="Somebody has checked that it means what it says."
        checked={verified}
        disabled={hidden}
        onChange={({ currentTarget: { checked } }) => onChange({ verified: checked })}
      />
      <Switch
        label="Hidden"
        description="Not offered where people choose. It is stored and counted all the same."
        checked={hidden}
        disabled={verified}
        onChange={({ currentTarget: { checked } }) => onChange({ hidden: checked })}
      />
    </>
  );
}
