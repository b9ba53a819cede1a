// Notification channels of the project: where people hear of rollouts, tested with one press.
import { Button, Switch, Text } from '@mantine/core';
import { IconBell, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Channel,
  channelsQuery,
  removeChannel,
  rotateSecret,
  testChannel,
  updateChannel,
  useChannelChange,
} from '../api/notify.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { actionsColumn, type RowAction } from '../ui/row-actions.tsx';
import { SecretModal } from '../ui/secret-modal.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { NewChannel, SIGNING_SECRET } from './channel-form.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { EditChannel } from './edit-channel.tsx';
import { KINDS } from './kinds.ts';

type Actions = {
  readonly onTest: (channel: Channel) => void;
  readonly onSwitch: (channel: Channel) => void;
  readonly onEdit: (channel: Channel) => void;
  readonly onLog: (channel: Channel) => void;
  readonly onRotate: (channel: Channel) => void;
  readonly onRemove: (channel: Channel) => Promise<void>;
  readonly testing: string | undefined;
};

function actionsOf(channel: Channel, actions: Actions): readonly RowAction[] {
  const { name } = channel;
  return [
    {
      label: 'Test',
      name: `Send a test to ${name}`,
      isPending: actions.testing === channel.id,
      onClick: () => actions.onTest(channel),
    },
    { label: 'Change', name: `Change ${name}`, onClick: () => actions.onEdit(channel) },
    {
      label: 'Log',
      name: `Log of what was sent to ${name}`,
      onClick: () => actions.onLog(channel),
    },
    ...(channel.kind === 'webhook'
      ? [
          {
            label: 'New secret',
            name: `New secret to sign what goes to ${name}`,
            onClick: () => actions.onRotate(channel),
          },
        ]
      : []),
    {
      label: 'Remove',
      name: `Remove ${name}`,
      tone: 'harm',
      onClick: () => void actions.onRemove(channel),
    },
  ];
}

function columnsFor(actions: Actions): readonly Column<Channel>[] {
  return [
    { title: 'Name', lead: true, cell: ({ name }) => <strong>{name}</strong> },
    {
      title: 'Where',
      ownLineNarrow: true,
      cell: ({ kind, hint }) => (
        <>
          {KINDS[kind].label} <code>{hint}</code>
          {kind === 'opsgenie' && (
            <Text size="xs" c="dimmed">
              Opsgenie ends in April 2027: use the address of Jira Service Management by then.
            </Text>
          )}
        </>
      ),
    },
    { title: 'Level', nameNarrow: true, shrink: true, cell: ({ level }) => level },
    {
      title: 'Tested',
      nameNarrow: true,
      shrink: true,
      cell: ({ tested_at: testedAt }) => (testedAt === null ? 'never' : <Time at={testedAt} />),
    },
    {
      title: 'On',
      shrink: true,
      cell: (channel) => (
        <Switch
          aria-label={`${channel.name} is on`}
          checked={channel.enabled}
          description={channel.disabled_reason ?? undefined}
          onChange={() => actions.onSwitch(channel)}
        />
      ),
    },
    actionsColumn((channel) => actionsOf(channel, actions), { ownLineNarrow: true }),
  ];
}

export function Channels({ scope }: { readonly scope: Scope }) {
  const channels = useQuery(channelsQuery(scope));
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Channel | null>(null);
  const [logOf, setLogOf] = useState<Channel | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const actions = useActions(scope, { onEdit: setEdited, onLog: setLogOf, onSecret: setSecret });
  return (
    <>
      <Section
        title="Notifications"
        lead="Where people hear of rollouts: holds, rollbacks, approvals, completions."
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            New channel
          </Button>
        }
        flush
      >
        <QueryView query={channels}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState icon={<IconBell size={24} stroke={1.6} />} title="No channels yet">
                Add chat, paging, mail or a webhook, so that nobody has to watch this page.
              </EmptyState>
            ) : (
              <DataTable
                label="Notification channels"
                columns={columnsFor(actions)}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <NewChannel scope={scope} isOpen={isAdding} onClose={() => setAdding(false)} />
      {edited && <EditChannel scope={scope} channel={edited} onClose={() => setEdited(null)} />}
      <DeliveryLog scope={scope} channel={logOf} onClose={() => setLogOf(null)} />
      <SecretModal
        isOpen={secret !== null}
        title=""
        value={secret}
        {...SIGNING_SECRET}
        onClose={() => setSecret(null)}
      />
    </>
  );
}

function useActions(
  scope: Scope,
  {
    onSecret,
    ...shown
  }: Pick<Actions, 'onEdit' | 'onLog'> & {
    readonly onSecret: (secret: string) => void;
  },
): Actions {
  const confirm = useConfirm();
  const test = useChannelChange(scope, testChannel(scope));
  const update = useChannelChange(scope, updateChannel(scope));
  const remove = useChannelChange(scope, removeChannel(scope));
  const rotate = useChannelChange(scope, rotateSecret(scope));
  return {
    ...shown,
    testing: test.isPending ? test.variables : undefined,
    onTest: ({ id, name }) =>
      test.mutate(id, {
        onError: toastError,
        onSuccess: ({ ok, status, error, answer }) => {
          if (ok) toastDone(`${name} took the test message.`);
          else toastError(new Error(`${name}: ${error ?? `${status}: ${answer ?? ''}`}`));
        },
      }),
    onSwitch: ({ id, enabled }) =>
      update.mutate({ id, enabled: !enabled }, { onError: toastError }),
    onRotate: ({ id }) =>
      rotate.mutate(id, {
        onError: toastError,
        onSuccess: ({ signing_secret: made }) => made !== undefined && onSecret(made),
      }),
    onRemove: async ({ id, name }) => {
      const answer = await confirm({
        title: `Remove ${name}?`,
        body: 'Messages that wait for it are dropped, and its log goes with it.',
        action: 'Remove',
        tone: 'harm',
      });
      if (answer) remove.mutate(id, { onError: toastError });
    },
  };
}
