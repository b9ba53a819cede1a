// Proposes a change of a flag instead of making it.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Proposal } from '../api/changes.ts';
import { useScope } from '../api/session.ts';
import { approvalWords } from '../environments/protection-words.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import type { ProposedChange } from './proposal.ts';
import { ReplaceChoice, useProposal } from './replace-choice.tsx';
import {
  newRequest,
  plannedFrom,
  REQUEST_FIELDS,
  RequestFields,
  wordsFrom,
} from './request-fields.tsx';

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
  const [draft, setDraft] = useState(() => newRequest(proposed.title, proposed.reason));
  const [replaces, setReplaces] = useState<number | null>(null);
  const make = useProposal(scope);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog stands inside forms of pages, as React sees it.
    event.stopPropagation();
    const items = [itemOf(proposed)];
    make.mutate(
      { ...wordsFrom(draft), due: plannedFrom(draft), items, replaces },
      {
        onSuccess: ({ number }) => {
          toastDone(`It is proposed in request ${number}.`);
          proposed.onDone?.();
          onClose();
          // What was edited is not lost: it is proposed.
          void navigate({
            to: '/changes/$number',
            params: { number: String(number) },
            ignoreBlocker: true,
          });
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
        <ErrorAlert error={errorElsewhere(make.error, REQUEST_FIELDS)} />
        <ReplaceChoice
          scope={scope}
          flagId={proposed.flag.id}
          value={replaces}
          onChange={setReplaces}
        />
        <RequestFields draft={draft} error={make.error} onChange={setDraft} />
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
