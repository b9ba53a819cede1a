// Secret keys of the project's environments: listed by their last characters, made, rotated with an overlap,
// revoked.
import { Button, Menu } from '@mantine/core';
import { IconDots, IconKey, IconPlus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type ResponseOf } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { NewSecretKey } from './new-secret-key.tsx';
import { RotateSecretKey } from './rotate-secret-key.tsx';

type SecretKey = ResponseOf<'secretKeys.listSecretKeys'>['results'][number];

const secretKeysQuery = ({ params }: Scope) =>
  queryOptions({
    queryKey: ['secret-keys', params],
    queryFn: ({ signal }) => call('secretKeys.listSecretKeys', { params, signal }),
  });

type Actions = {
  readonly onRotate: (key: SecretKey) => void;
  readonly onStopPrevious: (key: SecretKey) => void;
  readonly onRevoke: (key: SecretKey) => void;
};

function columnsFor(scope: Scope, actions: Actions): readonly Column<SecretKey>[] {
  const nameOf = (key: string) =>
    scope.project.environments.find((environment) => environment.key === key)?.name ?? key;
  return [
    { title: 'Label', cell: ({ label }) => <strong>{label}</strong>, lead: true },
    { title: 'Environment', nameNarrow: true, cell: ({ environment }) => nameOf(environment) },
    { title: 'Key', shrink: true, cell: ({ hint }) => <code>phs_…{hint}</code> },
    {
      title: 'Last used',
      shrink: true,
      nameNarrow: true,
      cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : 'never'),
    },
    { title: 'Rotation', nameNarrow: true, cell: (key) => <Rotation secret={key} /> },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (key) => <KeyMenu secret={key} {...actions} />,
    },
  ];
}

function Rotation({ secret }: { readonly secret: SecretKey }) {
  if (secret.previous_valid_until) {
    return (
      <>
        old value works until <Time at={secret.previous_valid_until} />
      </>
    );
  }
  return secret.rotated_at ? <Time at={secret.rotated_at} /> : <>never</>;
}

function KeyMenu({ secret, onRotate, onStopPrevious, onRevoke }: Actions & { secret: SecretKey }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={`Actions for ${secret.label}`}
        >
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onRotate(secret)}>Rotate…</Menu.Item>
        {secret.previous_valid_until && (
          <Menu.Item onClick={() => onStopPrevious(secret)}>Stop the old value now</Menu.Item>
        )}
        <Menu.Item color="var(--s-harm)" onClick={() => onRevoke(secret)}>
          Revoke…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function SecretKeys({ scope }: { readonly scope: Scope }) {
  const keys = useQuery(secretKeysQuery(scope));
  const [isCreating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<SecretKey | null>(null);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['secret-keys'] });
  const { stopPrevious, revoke } = useEndings(scope, refresh);
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New secret key
    </Button>
  );
  const actions: Actions = {
    onRotate: setRotating,
    onStopPrevious: (key) => void stopPrevious(key),
    onRevoke: (key) => void revoke(key),
  };
  return (
    <>
      <Section
        title="Secret keys"
        lead="For servers that evaluate flags by themselves. A key belongs to one environment and to no person, and reads flags, nothing else."
        actions={create}
        flush
      >
        <QueryView query={keys}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState icon={<IconKey size={24} stroke={1.6} />} title="No secret keys yet">
                Give each service a key of its own, so that one can be rotated without the others.
              </EmptyState>
            ) : (
              <DataTable
                label="Secret keys"
                columns={columnsFor(scope, actions)}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <NewSecretKey
        scope={scope}
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        onCreated={() => void refresh()}
      />
      <RotateSecretKey
        scope={scope}
        secret={rotating}
        onClose={() => setRotating(null)}
        onRotated={() => void refresh()}
      />
    </>
  );
}

/** Both ways in which a value stops, asked for before. */
function useEndings({ params }: Scope, refresh: () => Promise<void>) {
  const confirm = useConfirm();
  const revoking = useMutation({
    mutationFn: (id: string) =>
      call('secretKeys.revokeSecretKey', { params: { ...params, key_id: id } }),
    onSuccess: refresh,
    onError: toastError,
  });
  const stopping = useMutation({
    mutationFn: (id: string) =>
      call('secretKeys.endSecretKeyOverlap', { params: { ...params, key_id: id } }),
    onSuccess: refresh,
    onError: toastError,
  });
  return {
    revoke: async (key: SecretKey) => {
      const answer = await confirm({
        title: `Revoke ${key.label}?`,
        body: 'Servers with this key keep the flags they have and get no changes any more. This cannot be undone.',
        action: 'Revoke',
        tone: 'harm',
      });
      const onSuccess = () => toastDone(`${key.label} is revoked.`);
      if (answer) revoking.mutate(key.id, { onSuccess });
    },
    stopPrevious: async (key: SecretKey) => {
      const answer = await confirm({
        title: `Stop the old value of ${key.label}?`,
        body: 'Servers that still use it get no changes any more.',
        action: 'Stop it now',
        tone: 'harm',
      });
      const onSuccess = () => toastDone(`The old value of ${key.label} is stopped.`);
      if (answer) stopping.mutate(key.id, { onSuccess });
    },
  };
}
