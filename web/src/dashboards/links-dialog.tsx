// Public links: made, listed, revoked. A fresh one is shown this once.
import { Alert, Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { linksQuery, useLinks } from '../api/dashboards.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { HASHED, SecretModal } from '../ui/secret-modal.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';

type LinksDialogProps = {
  readonly scope: Scope;
  readonly id: number;
  readonly onClose: () => void;
};

export function LinksDialog({ scope, id, onClose }: LinksDialogProps) {
  const links = useQuery(linksQuery(scope, id));
  const { create, revoke } = useLinks(scope, id);
  const [address, setAddress] = useState<string | null>(null);
  const make = async () => {
    const { token } = await create.mutateAsync();
    setAddress(`${window.location.origin}/shared/${token}`);
  };
  return (
    <SecretModal
      isOpen
      title="Public links"
      value={address}
      what="link"
      note={HASHED}
      onClose={onClose}
    >
      <Stack gap="md">
        <Alert color="watch" variant="light">
          Whoever has a link sees the names, texts and numbers of this dashboard in{' '}
          {scope.environment.name}, with the values that its tiles are broken down by, without
          signing in. No people, no conditions, no tiles of SQL, nothing else.
        </Alert>
        <ErrorAlert error={create.error} />
        <QueryView query={links}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState title="No public link">Nobody sees it without signing in.</EmptyState>
            ) : (
              <>
                {results.map((link) => (
                  <Group key={link.id} justify="space-between" wrap="nowrap">
                    <span>
                      {link.environment}, by {link.created_by?.name || 'somebody gone'},{' '}
                      <Time at={link.created_at} />
                    </span>
                    <Button
                      variant="subtle"
                      color="harm"
                      size="compact-sm"
                      onClick={() =>
                        void revoke
                          .mutateAsync(link.id)
                          .then(() => toastDone('The link is revoked.'), toastError)
                      }
                    >
                      Revoke
                    </Button>
                  </Group>
                ))}
              </>
            )
          }
        </QueryView>
        <Group justify="flex-end">
          <Button loading={create.isPending} onClick={() => void make().catch(() => {})}>
            Make a link
          </Button>
        </Group>
      </Stack>
    </SecretModal>
  );
}
