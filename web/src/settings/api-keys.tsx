// Personal API keys: listed by their last characters, created with scopes, shown once, revoked.
import { Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type ResponseOf } from '../api/client.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { NewApiKey } from './new-api-key.tsx';
import { scopesInWords } from './scopes.ts';

type ApiKey = ResponseOf<'accounts.listApiKeys'>['results'][number];

const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => call('accounts.listApiKeys', { signal }),
});

function columnsFor(onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  return [
    { title: 'Label', cell: ({ label }) => <strong>{label}</strong>, lead: true },
    { title: 'Key', shrink: true, cell: ({ hint }) => <code>phx_…{hint}</code> },
    { title: 'May', nameNarrow: true, cell: ({ scopes }) => scopesInWords(scopes) },
    {
      title: 'Created',
      shrink: true,
      nameNarrow: true,
      cell: (key) => <Time at={key.created_at} />,
    },
    {
      title: 'Last used',
      shrink: true,
      nameNarrow: true,
      cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : 'never'),
    },
    {
      title: 'Revoke',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (key) => (
        <Button
          variant="subtle"
          color="harm"
          size="compact-sm"
          aria-label={`Revoke ${key.label}`}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

export function ApiKeys() {
  const keys = useQuery(apiKeysQuery);
  const [isCreating, setCreating] = useState(false);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  const revoke = useRevoke(refresh);
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New key
    </Button>
  );
  return (
    <>
      <Section
        title="Personal API keys"
        lead="For scripts, deployments and local evaluation. A key acts as you, within its scopes."
        actions={create}
        flush
      >
        <QueryView query={keys}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState icon={<IconKey size={24} stroke={1.6} />} title="No keys yet">
                Create one for local evaluation, or for your deployment to switch flags.
              </EmptyState>
            ) : (
              <DataTable
                label="Personal API keys"
                columns={columnsFor((key) => void revoke(key))}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <NewApiKey
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        onCreated={() => void refresh()}
      />
    </>
  );
}

function useRevoke(refresh: () => Promise<void>) {
  const confirm = useConfirm();
  const mutation = useMutation({
    mutationFn: (id: string) => call('accounts.revokeApiKey', { params: { key_id: id } }),
    onSuccess: refresh,
    onError: toastError,
  });
  return async (key: ApiKey) => {
    const answer = await confirm({
      title: `Revoke ${key.label}?`,
      body: 'Whatever uses this key is refused from now on. This cannot be undone.',
      action: 'Revoke',
      tone: 'harm',
    });
    if (answer) mutation.mutate(key.id, { onSuccess: () => toastDone(`${key.label} is revoked.`) });
  };
}
