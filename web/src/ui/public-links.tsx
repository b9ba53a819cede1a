// Public links: made, listed, revoked. A fresh one is shown this once.
import { Alert, Button, Group, Stack } from '@mantine/core';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ErrorAlert } from './error-alert.tsx';
import { HASHED, SecretModal } from './secret-modal.tsx';
import { EmptyState, QueryView } from './states.tsx';
import { Time } from './time.tsx';
import { toastDone, toastError } from './toast.ts';

type Link = {
  readonly id: string;
  /** Of the environment that it shows, where there are several. */
  readonly environment?: string;
  readonly created_by: { readonly name: string } | null;
  readonly created_at: string;
};

type PublicLinksProps = {
  readonly links: UseQueryResult<{ readonly results: readonly Link[] }>;
  readonly create: UseMutationResult<{ readonly token: string }, Error, void>;
  readonly revoke: UseMutationResult<unknown, Error, string>;
  /** Before the token in the address: `/shared/`. */
  readonly path: string;
  /** What whoever has a link sees. */
  readonly children: ReactNode;
  readonly onClose: () => void;
};

export function PublicLinks(props: PublicLinksProps) {
  const { links, create, revoke, path, children, onClose } = props;
  const [address, setAddress] = useState<string | null>(null);
  const make = async () => {
    const { token } = await create.mutateAsync();
    setAddress(`${window.location.origin}${path}${token}`);
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
          {children}
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
                      {link.environment === undefined ? 'By' : `${link.environment}, by`}{' '}
                      {link.created_by?.name || 'somebody gone'},
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
