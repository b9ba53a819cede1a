// Proposes a change of a flag: what it is called, why, and perhaps when it is to be applied by itself.
import { Button, Group, Modal, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type Proposal, propose, useChange } from '../api/changes.ts';
import { useScope } from '../api/session.ts';
import { approvalWords } from '../environments/protection-words.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { DUE_FIELDS, DueInput, dueFrom, emptyDue } from './due-input.tsx';
import type { ProposedChange } from './proposal.ts';

type Item = Proposal['items'][number];
type Props = { readonly proposed: ProposedChange; readonly onClose: () => void };

export function ProposeDialog({ proposed, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title="Propose this change" size="md">
      <ProposeForm proposed={proposed} onClose={onClose} />
    </Modal>
  );
}

/** Version and reason belong to a direct save; the request has its own. */
function itemOf({ flag, change }: ProposedChange): Item {
  const { version, reason: _reason, ...body } = change;
  return { flag: flag.id, version: version ?? flag.version, change: body as Item['change'] };
}

function ProposeForm({ proposed, onClose }: Props) {
  const scope = useScope();
  const navigate = useNavigate();
  const [title, setTitle] = useState(proposed.title);
  const [description, setDescription] = useState(proposed.reason ?? '');
  const [due, setDue] = useState(emptyDue);
  const [isPlanned, setPlanned] = useState(false);
  const make = useChange(propose(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog stands inside forms of pages, as React sees it.
    event.stopPropagation();
    make.mutate(
      {
        title: title.trim(),
        description: description.trim(),
        items: [itemOf(proposed)],
        due: isPlanned ? dueFrom(due) : null,
      },
      {
        onSuccess: ({ number }) => {
          toastDone(`Proposed as request ${number}.`);
          proposed.onDone?.();
          onClose();
          void navigate({ to: '/changes/$number', params: { number: String(number) } });
        },
      },
    );
  };
  const { name, protection } = scope.environment;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {protection.required_approvals > 0 && (
          <Text c="dimmed" size="sm">
            {approvalWords(name, protection.required_approvals)}
          </Text>
        )}
        <ErrorAlert error={errorElsewhere(make.error, ['title', 'description', ...DUE_FIELDS])} />
        <TextInput
          label="Title"
          required
          withAsterisk={false}
          data-autofocus
          value={title}
          error={errorAt(make.error, 'title')}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label="Why"
          description="For whoever judges it."
          autosize
          minRows={2}
          value={description}
          error={errorAt(make.error, 'description')}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Switch
          label="Apply by itself at a time, if it is approved by then"
          checked={isPlanned}
          onChange={(event) => setPlanned(event.currentTarget.checked)}
        />
        {isPlanned && <DueInput due={due} error={make.error} isRequired onChange={setDue} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Propose
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
