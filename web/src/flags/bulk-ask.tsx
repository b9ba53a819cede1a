// Asks what the chosen flags shall get: which tags, or whose they are.
import { Button, Group, Stack, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkBody } from '../api/flag-list.ts';
import { tagsQuery } from '../api/flag-upkeep.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { plural } from '../ui/format.ts';
import { OwnerSelect } from './owner-select.tsx';

export type BulkQuestion = 'add_tags' | 'remove_tags' | 'set_owner';

const TITLES: Record<BulkQuestion, string> = {
  add_tags: 'Add tags to',
  remove_tags: 'Take tags away from',
  set_owner: 'Set the owner of',
};

type BulkAskProps = {
  readonly scope: Scope;
  readonly question: BulkQuestion | null;
  readonly count: number;
  readonly onClose: () => void;
  readonly onAnswer: (body: Omit<BulkBody, 'ids' | 'filters'>) => void;
};

export function BulkAsk(props: BulkAskProps) {
  const { question, count, onClose } = props;
  const title = question ? `${TITLES[question]} ${plural(count, 'flag', 'flags')}` : '';
  return (
    <Dialog opened={question !== null} onClose={onClose} title={title} size="md">
      {question && <AskForm {...props} question={question} />}
    </Dialog>
  );
}

function AskForm({
  scope,
  question,
  onClose,
  onAnswer,
}: BulkAskProps & { readonly question: BulkQuestion }) {
  const [tags, setTags] = useState<string[]>([]);
  const [ownerId, setOwnerId] = useState<string | null>(scope.user.id);
  const { data } = useQuery(tagsQuery(scope));
  const isOwner = question === 'set_owner';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(isOwner ? { action: question, owner_id: ownerId } : { action: question, tags });
        onClose();
      }}
    >
      <Stack gap="md">
        {isOwner ? (
          <OwnerSelect
            value={ownerId}
            isRequired={scope.project.require_flag_owner}
            onChange={setOwnerId}
          />
        ) : (
          <TagsInput
            label="Tags"
            data={(data?.results ?? []).map(({ name }) => name)}
            value={tags}
            maxLength={100}
            acceptValueOnBlur
            data-autofocus
            onChange={setTags}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isOwner && tags.length === 0}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
