// Who belongs to the organisation, who is invited, and who leaves.
import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Invite,
  type Member,
  invitesQuery,
  membersQuery,
  removeMember,
  revokeInvite,
  useMemberChange,
} from '../api/members.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { InviteDialog } from './invite-dialog.tsx';

export function Members({ scope }: { scope: Scope }) {
  const members = useQuery(membersQuery);
  const invites = useQuery(invitesQuery);
  const [isInviting, setInviting] = useState(false);
  const remove = useRemove();
  const revoke = useRevoke();
  return (
    <>
      <Section
        title="People"
        lead="Everyone here may do the same. What nobody may do alone is said by the protection of an environment."
        actions={
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        }
        flush
      >
        <QueryView query={members}>
          {({ results }) => (
            <DataTable
              label="People"
              columns={memberColumns(scope.user.id, (member) => void remove(member))}
              rows={results}
              rowKey={({ id }) => id}
            />
          )}
        </QueryView>
      </Section>
      {invites.data && invites.data.count > 0 && (
        <Section title="Invited" lead="Their links have not been used yet." flush>
          <DataTable
            label="Invited"
            columns={inviteColumns((invite) => void revoke(invite))}
            rows={invites.data.results}
            rowKey={({ id }) => id}
          />
        </Section>
      )}
      <InviteDialog isOpen={isInviting} onClose={() => setInviting(false)} />
    </>
  );
}

function memberColumns(ownId: string, onRemove: (member: Member) => void): Column<Member>[] {
  return [
    { title: 'Name', lead: true, cell: ({ name }) => <strong>{name}</strong> },
    { title: 'E-mail', cell: ({ email }) => email },
    {
      title: 'Last sign-in',
      shrink: true,
      nameNarrow: true,
      cell: ({ last_login_at: at }) => (at ? <Time at={at} /> : 'never'),
    },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (member) =>
        member.id === ownId ? (
          'You'
        ) : (
          <Button
            variant="subtle"
            color="harm"
            size="compact-sm"
            aria-label={`Remove ${member.name}`}
            onClick={() => onRemove(member)}
          >
            Remove
          </Button>
        ),
    },
  ];
}

function inviteColumns(onRevoke: (invite: Invite) => void): Column<Invite>[] {
  return [
    { title: 'E-mail', lead: true, cell: ({ email }) => email },
    { title: 'Invited by', nameNarrow: true, cell: ({ invited_by: by }) => by },
    {
      title: 'Runs out',
      shrink: true,
      nameNarrow: true,
      cell: ({ expires_at: at }) => <Time at={at} />,
    },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (invite) => (
        <Button
          variant="subtle"
          color="harm"
          size="compact-sm"
          aria-label={`Take back the invitation of ${invite.email}`}
          onClick={() => onRevoke(invite)}
        >
          Take back
        </Button>
      ),
    },
  ];
}

function useRemove() {
  const confirm = useConfirm();
  const remove = useMemberChange(removeMember);
  return async ({ id, name, email }: Member) => {
    const answer = await confirm({
      title: `Remove ${name}?`,
      body: `${email} is signed out, and personal API keys of theirs stop working. What they made stays.`,
      action: 'Remove',
      tone: 'harm',
    });
    if (!answer) return;
    remove.mutate(id, { onError: toastError, onSuccess: () => toastDone(`${name} is removed.`) });
  };
}

function useRevoke() {
  const confirm = useConfirm();
  const revoke = useMemberChange(revokeInvite);
  return async ({ id, email }: Invite) => {
    const answer = await confirm({
      title: `Take the invitation of ${email} back?`,
      body: 'The link stops working.',
      action: 'Take back',
      tone: 'harm',
    });
    if (!answer) return;
    revoke.mutate(id, {
      onError: toastError,
      onSuccess: () => toastDone('The invitation is taken back.'),
    });
  };
}
