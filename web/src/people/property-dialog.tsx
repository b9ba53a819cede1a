// One property: its name and its value, as text or JSON.
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { textOfValue, valueOfText } from './property-text.ts';

/** An empty key: a new property. */
export type Edited = { readonly key: string; readonly value?: unknown };

type Props = {
  readonly edited: Edited;
  /** Names that a new one cannot have. */
  readonly taken: readonly string[];
  readonly onSave: (key: string, value: unknown) => Promise<unknown>;
  readonly onClose: () => void;
};

export function PropertyDialog({ edited, taken, onSave, onClose }: Props) {
  const isNew = edited.key === '';
  const [key, setKey] = useState(edited.key);
  const [value, setValue] = useState(isNew ? '' : textOfValue(edited.value));
  const [error, setError] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const isTaken = taken.includes(key.trim());
  const save = async () => {
    setSaving(true);
    try {
      await onSave(key.trim(), valueOfText(value));
      onClose();
    } catch (problem) {
      setError(problem);
      setSaving(false);
    }
  };
  return (
    <Dialog opened onClose={onClose} title={isNew ? 'Add a property' : `Edit ${edited.key}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <ErrorAlert error={error} />
          {isNew && (
            <TextInput
              label="Name"
              required
              maxLength={400}
              data-autofocus
              value={key}
              error={isTaken ? 'There is a property of this name.' : undefined}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          )}
          <Textarea
            label="Value"
            description="Text, or JSON: 5, true, null, [1, 2]. Put quotes around a number that is a text."
            autosize
            minRows={2}
            maxRows={12}
            {...(isNew ? {} : { 'data-autofocus': true })}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isSaving} disabled={key.trim() === '' || isTaken}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
