// Proposes a change of a flag instead of making it.
import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Proposal } from '../api/changes.ts';
import { type Scope, useScope } from '../api/session.ts';
import { approvalWords } from '../environments/protection-words.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { type Answers, withAnswers } from './asked.ts';
import { placeOfChange, type ProposedChange } from './proposal.ts';
import { ReplaceChoice, useProposal } from './replace-choice.tsx';
import {
  newRequest,
  plannedFrom,
  REQUEST_FIELDS,
  RequestFields,
  wordsFrom,
} from './request-fields.tsx';
import { useGuarded } from './use-guarded.tsx';

type Item = Proposal['items'][number];
type Props = { readonly proposed: ProposedChange; readonly onClose: () => void };

export function ProposeDialog({ proposed, onClose }: Props) {
  return (
    <Dialog opened onClose={onClose} title="Propose this change" size="md">
      <ProposeForm proposed={proposed} onClose={onClose} />
    </Dialog>
  );
}

/** Version and reason belong to a direct save; the request has its own. Each environment counts versions. */
function itemOf({ flag, change }: ProposedChange, { environment }: Scope): Item {
  const { version, reason: _reason, ...body } = change;
  const seen = environment.key === flag.environment ? { version: version ?? flag.version } : {};
  return { flag: flag.id, ...seen, change: body as Item['change'] };
}

function ProposeForm({ proposed, onClose }: Props) {
  const scope = placeOfChange(useScope(), proposed.change);
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => newRequest(proposed.title, proposed.reason));
  const [replaces, setReplaces] = useState<number | null>(null);
  const make = useProposal(scope);
  const run = useGuarded(scope);
  const send = (answers: Answers) => {
    const items = [itemOf(withAnswers(proposed, answers), scope)];
    return make.mutateAsync({ ...wordsFrom(draft), due: plannedFrom(draft), items, replaces });
  };
  const submit = async () => {
    // What is refused stands in the form.
    const made = await run({ send, flagId: proposed.flag.id }).catch(() => undefined);
    if (!made) return;
    toastDone(`It is proposed in request ${made.number}.`);
    proposed.onDone?.();
    onClose();
    // What was edited is not lost: it is proposed.
    const params = { number: String(made.number) };
    void navigate({ to: '/changes/$number', params, ignoreBlocker: true });
  };
  const { name, protection } = scope.environment;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // The dialog stands inside forms of pages, as React sees it.
        event.stopPropagation();
        void submit();
      }}
    >
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
