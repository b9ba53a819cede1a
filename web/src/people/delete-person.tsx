// Deletes a person and all their events, after a question; leads to the proof.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useDeletePerson } from '../api/deletions.ts';
import type { Person } from '../api/people.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { personName } from './person-words.ts';

export function DeletePerson({ scope, person }: { scope: Scope; person: Person }) {
  const confirm = useConfirm();
  const navigate = useNavigate();
  const remove = useDeletePerson(scope);
  const ask = async () => {
    const name = personName(person);
    const answer = await confirm({
      title: `Delete ${name}?`,
      body: `Their properties, their ids and every event that they sent until now are erased from ${scope.environment.name}. Charts that counted them change. This cannot be undone. If they come back, they are somebody new.`,
      action: 'Delete person and events',
      tone: 'harm',
    });
    if (!answer) return;
    remove.mutate(person.id, {
      onError: toastError,
      onSuccess: () => {
        toastDone(`${name} is deleted; their events are being erased.`);
        void navigate({ to: '/people/deletions' });
      },
    });
  };
  return (
    <Button
      variant="default"
      leftSection={<IconTrash size={16} />}
      loading={remove.isPending}
      onClick={() => void ask()}
    >
      Delete
    </Button>
  );
}
