// The environments of the project: their tokens, their order, what they ask of changes.
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconArrowsDiff,
  IconDots,
  IconKey,
  IconLock,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { endOverlap, reorderEnvironments, useEnvironmentChange } from '../api/environments.ts';
import type { Environment, Scope } from '../api/session.ts';
import { CopyField } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { DeleteEnvironment } from './delete-environment.tsx';
import { EditEnvironment } from './edit-environment.tsx';
import { EnvironmentMark } from './environment-mark.tsx';
import styles from './environments.module.css';
import { NewEnvironment } from './new-environment.tsx';
import { protectionWords } from './protection-words.ts';
import { RotateToken } from './rotate-token.tsx';

type Opened = {
  readonly what: 'edit' | 'protect' | 'rotate' | 'delete';
  readonly environment: Environment;
};

export function EnvironmentsSettings({ scope }: { scope: Scope }) {
  const [isCreating, setCreating] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const { environments } = scope.project;
  const close = () => setOpened(null);
  return (
    <>
      <Section
        title="Environments"
        lead="Each has its own targeting, events and people. A project token may be public: it can send events and read flag values, nothing else."
        actions={
          <>
            {environments.length > 1 && (
              <LinkButton
                to="/environments/compare"
                variant="default"
                leftSection={<IconArrowsDiff size={16} />}
              >
                Compare
              </LinkButton>
            )}
            <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
              New environment
            </Button>
          </>
        }
        flush
      >
        <DataTable
          label="Environments"
          columns={columnsFor(scope, setOpened)}
          rows={environments}
          rowKey={({ id }) => id}
        />
      </Section>
      <NewEnvironment scope={scope} isOpen={isCreating} onClose={() => setCreating(false)} />
      {opened && (opened.what === 'edit' || opened.what === 'protect') && (
        <EditEnvironment
          scope={scope}
          environment={opened.environment}
          isProtection={opened.what === 'protect'}
          onClose={close}
        />
      )}
      {opened?.what === 'rotate' && (
        <RotateToken scope={scope} environment={opened.environment} onClose={close} />
      )}
      {opened?.what === 'delete' && (
        <DeleteEnvironment scope={scope} environment={opened.environment} onClose={close} />
      )}
    </>
  );
}

function columnsFor(scope: Scope, onOpen: (opened: Opened) => void): Column<Environment>[] {
  return [
    {
      title: 'Environment',
      lead: true,
      cell: ({ name, key, color }) => (
        <span className={styles.name}>
          <EnvironmentMark color={color} />
          <strong>{name}</strong>
          <span className={styles.key}>{key}</span>
        </span>
      ),
    },
    {
      title: 'Project token',
      ownLineNarrow: true,
      cell: (environment) => <Token scope={scope} environment={environment} />,
    },
    {
      title: 'Changes need',
      shrink: true,
      nameNarrow: true,
      cell: ({ protection }) => {
        const words = protectionWords(protection);
        return words ? (
          <StatusBadge tone="watch">{words}</StatusBadge>
        ) : (
          <span className={styles.note}>Nothing</span>
        );
      },
    },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (environment) => <RowActions scope={scope} environment={environment} onOpen={onOpen} />,
    },
  ];
}

type RowProps = { readonly scope: Scope; readonly environment: Environment };

function Token({ scope, environment }: RowProps) {
  const { token, name, key, previous_token_expires_at: until } = environment;
  const end = useEnvironmentChange(endOverlap(scope));
  return (
    <span className={styles.token}>
      <CopyField text={token} what={`token of ${name}`} />
      {until !== null && (
        <span className={styles.note}>
          The token before it stops <Time at={until} />.{' '}
          <Button
            variant="subtle"
            size="compact-xs"
            loading={end.isPending}
            onClick={() => end.mutate(key, { onError: toastError })}
          >
            Stop it now
          </Button>
        </span>
      )}
    </span>
  );
}

function RowActions({ scope, environment, onOpen }: RowProps & { onOpen: (o: Opened) => void }) {
  const keys = scope.project.environments.map(({ key }) => key);
  const place = keys.indexOf(environment.key);
  const reorder = useEnvironmentChange(reorderEnvironments(scope));
  const move = (by: 1 | -1) => {
    const next = [...keys];
    next.splice(place, 1);
    next.splice(place + by, 0, environment.key);
    reorder.mutate(next, {
      onError: toastError,
      onSuccess: () => toastDone(`${environment.name} is moved.`),
    });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Actions for ${environment.name}`}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Item icon={<IconPencil size={16} />} onClick={() => onOpen({ what: 'edit', environment })}>
          Rename, recolour
        </Item>
        <Item
          icon={<IconLock size={16} />}
          onClick={() => onOpen({ what: 'protect', environment })}
        >
          Protect
        </Item>
        <Item icon={<IconKey size={16} />} onClick={() => onOpen({ what: 'rotate', environment })}>
          Rotate the token
        </Item>
        {place > 0 && (
          <Item icon={<IconArrowUp size={16} />} onClick={() => move(-1)}>
            Move up
          </Item>
        )}
        {place < keys.length - 1 && (
          <Item icon={<IconArrowDown size={16} />} onClick={() => move(1)}>
            Move down
          </Item>
        )}
        {keys.length > 1 && (
          <Item
            icon={<IconTrash size={16} />}
            isHarm
            onClick={() => onOpen({ what: 'delete', environment })}
          >
            Delete
          </Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type ItemProps = {
  readonly icon: ReactNode;
  readonly isHarm?: boolean;
  readonly onClick: () => void;
  readonly children: string;
};

function Item({ icon, isHarm = false, onClick, children }: ItemProps) {
  return (
    <Menu.Item leftSection={icon} {...(isHarm ? { color: 'var(--s-harm)' } : {})} onClick={onClick}>
      {children}
    </Menu.Item>
  );
}
