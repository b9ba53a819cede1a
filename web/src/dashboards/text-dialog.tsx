// Writes a text in Markdown, and shows how it will look.
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { TextCard } from './text-card.tsx';

const MAX_TEXT = 10_000;

type TextDialogProps = {
  readonly body: string;
  readonly onClose: () => void;
  readonly onSave: (body: string) => void;
};

export function TextDialog({ body, onClose, onSave }: TextDialogProps) {
  const [written, setWritten] = useState(body);
  return (
    <Dialog
      opened
      onClose={onClose}
      title="Text"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Textarea
          label="Markdown"
          description="Headings, lists, links, tables. HTML stays text."
          autosize
          minRows={5}
          maxRows={16}
          maxLength={MAX_TEXT}
          data-autofocus
          value={written}
          onChange={(event) => setWritten(event.currentTarget.value)}
        />
        <TextCard body={written} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={written.trim() === ''} onClick={() => onSave(written)}>
            Save text
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
