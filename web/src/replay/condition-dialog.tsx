// Asks what must be true of a session: one condition, and whether the contrary is meant.
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { isWhole } from './condition-rules.ts';
import { MENU } from './condition-words.ts';
import type { Condition } from './filter.ts';

type ConditionDialogProps = {
  readonly condition: Condition;
  readonly action: string;
  readonly onClose: () => void;
  readonly onSave: (condition: Condition) => void;
};

export function ConditionDialog({ condition, action, onClose, onSave }: ConditionDialogProps) {
  const title = MENU.flatMap(({ kinds }) => kinds).find(({ kind }) => kind === condition.kind);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title?.label ?? 'Filter'}
      size={condition.kind === 'event' || condition.kind === 'property' ? 'xl' : 'md'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ConditionForm condition={condition} action={action} onClose={onClose} onSave={onSave} />
    </Dialog>
  );
}

function ConditionForm({ condition, action, onClose, onSave }: ConditionDialogProps) {
  const [draft, setDraft] = useState(condition);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole(draft)) onSave(draft);
      }}
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label="Whether it must be so"
          data={[
            { value: 'is', label: 'It is so' },
            { value: 'not', label: 'It is not so' },
          ]}
          value={draft.negated ? 'not' : 'is'}
          onChange={(value) => setDraft({ ...draft, negated: value === 'not' ? true : undefined })}
        />
        <ConditionFields condition={draft} onChange={setDraft} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isWhole(draft)}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
