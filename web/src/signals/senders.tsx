// Programs that may hold rollouts or take them back by a signed signal: made, rotated, tried out, removed.
import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  removeSource,
  rotateSource,
  type SignalSource,
  signalSourcesQuery,
  useSourceChange,
} from '../api/signal-sources.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CodeBlock, CopyField } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { NewSender } from './new-sender.tsx';
import { addressOf, signalExample } from './signal-example.ts';

const COLUMNS: readonly Column<SignalSource>[] = [
  { title: 'Name', lead: true, cell: ({ name }) => <strong>{name}</strong> },
  {
    title: 'Last signal',
    nameNarrow: true,
    shrink: true,
    cell: ({ last_received_at: at }) => (at ? <Time at={at} /> : 'never'),
  },
  {
    title: 'Rotation',
    nameNarrow: true,
    shrink: true,
    cell: ({ previous_valid_until: until }) =>
      until && Date.parse(until) > Date.now() ? (
        <>
          old one works until <Time at={until} />
        </>
      ) : (
        '–'
      ),
  },
];

export function Senders({ scope }: { readonly scope: Scope }) {
  const sources = useQuery(signalSourcesQuery(scope));
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<SignalSource | null>(null);
  const [tried, setTried] = useState<SignalSource | null>(null);
  const { rotate, remove } = useEndings(scope, setMade);
  const actions = actionsColumn<SignalSource>(
    (source) => [
      {
        label: 'How to send',
        name: `How to send as ${source.name}`,
        onClick: () => setTried(source),
      },
      {
        label: 'New secret',
        name: `New secret for ${source.name}`,
        onClick: () => void rotate(source),
      },
      {
        label: 'Remove',
        name: `Remove ${source.name}`,
        tone: 'harm',
        onClick: () => void remove(source),
      },
    ],
    { shrink: true, ownLineNarrow: true },
  );
  return (
    <>
      <Section
        title="Signals"
        lead="Programs that may hold rollouts or take them back: Sentry, Datadog, an Alertmanager, a script of yours. A signal names the flag, and nothing else can be done with it."
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            New sender
          </Button>
        }
        flush
      >
        <QueryView query={sources}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState icon={<IconWebhook size={24} stroke={1.6} />} title="No senders yet">
                Add a program that notices harm before your events do, so that its alert stops the
                rollout by itself.
              </EmptyState>
            ) : (
              <DataTable
                label="Senders of signals"
                columns={[...COLUMNS, actions]}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <NewSender
        scope={scope}
        isOpen={isAdding || made !== null}
        made={made}
        onMade={setMade}
        onClose={() => {
          setAdding(false);
          setMade(null);
        }}
      />
      {tried && <Example source={tried} onClose={() => setTried(null)} />}
    </>
  );
}

function Example({ source, onClose }: { source: SignalSource; onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} size="xl" title={`A signal of ${source.name}`}>
      <p style={{ marginTop: 0 }}>It is sent to this address, signed as Standard Webhooks are:</p>
      <CopyField text={addressOf(source)} what="address" />
      <p>
        Fill in the secret and the key of a flag that is being rolled out. It holds; with{' '}
        <code>rollback</code> as its action it takes the change back. The same{' '}
        <code>webhook-id</code> counts once, and a signal is good for five minutes.
      </p>
      <CodeBlock code={signalExample(addressOf(source))} what="example" />
    </Dialog>
  );
}

/** What is asked before: another secret, and the end. */
function useEndings(scope: Scope, onMade: (source: SignalSource) => void) {
  const confirm = useConfirm();
  const rotating = useSourceChange(scope, rotateSource(scope));
  const removing = useSourceChange(scope, removeSource(scope));
  return {
    rotate: async ({ id, name }: SignalSource) => {
      const answer = await confirm({
        title: `New secret for ${name}?`,
        body: 'It is shown once. The one that works now goes on working for a day; one from before that stops at once.',
        action: 'Make a new secret',
      });
      if (answer) rotating.mutate(id, { onSuccess: onMade, onError: toastError });
    },
    remove: async ({ id, name }: SignalSource) => {
      const answer = await confirm({
        title: `Remove ${name}?`,
        body: 'Its signals are refused from now on. What they have stopped stays as it is.',
        action: 'Remove',
        tone: 'harm',
      });
      const onSuccess = () => toastDone(`${name} is removed.`);
      if (answer) removing.mutate(id, { onSuccess, onError: toastError });
    },
  };
}
