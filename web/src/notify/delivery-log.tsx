// What was delivered to one channel lately, and what was answered.
import { useQuery } from '@tanstack/react-query';
import { type Channel, type Delivery, deliveriesQuery } from '../api/notify.ts';
import type { Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';

const STATES: Readonly<
  Record<Delivery['state'], { tone: 'safe' | 'watch' | 'harm' | 'neutral'; label: string }>
> = {
  pending: { tone: 'watch', label: 'Waiting' },
  sent: { tone: 'safe', label: 'Sent' },
  failed: { tone: 'harm', label: 'Failed' },
  merged: { tone: 'neutral', label: 'In a later one' },
  skipped: { tone: 'neutral', label: 'Not sent' },
};

const COLUMNS: readonly Column<Delivery>[] = [
  { title: 'Message', lead: true, cell: ({ title }) => title },
  {
    title: 'State',
    shrink: true,
    cell: ({ state }) => (
      <StatusBadge tone={STATES[state].tone} hollow={state !== 'failed'}>
        {STATES[state].label}
      </StatusBadge>
    ),
  },
  { title: 'Tries', shrink: true, nameNarrow: true, cell: ({ attempts }) => attempts },
  {
    title: 'Answer',
    ownLineNarrow: true,
    cell: ({ status, error, answer }) =>
      [status, error ?? answer]
        .filter((part) => part !== null && part !== '')
        .join(': ')
        .slice(0, 200) || '–',
  },
  { title: 'When', shrink: true, cell: (delivery) => <Time at={delivery.created_at} /> },
];

type Props = {
  readonly scope: Scope;
  readonly channel: Channel | null;
  readonly onClose: () => void;
};

export function DeliveryLog({ scope, channel, onClose }: Props) {
  return (
    <Dialog
      opened={channel !== null}
      onClose={onClose}
      size="xl"
      title={channel ? `Sent to ${channel.name}` : ''}
    >
      {channel && <Log scope={scope} channelId={channel.id} />}
    </Dialog>
  );
}

function Log({ scope, channelId }: { scope: Scope; channelId: string }) {
  const log = useQuery(deliveriesQuery(scope, channelId));
  return (
    <QueryView query={log}>
      {({ results }) =>
        results.length === 0 ? (
          <EmptyState title="Nothing yet">Messages appear here when a rollout moves.</EmptyState>
        ) : (
          <DataTable
            label="Deliveries"
            columns={COLUMNS}
            rows={results}
            rowKey={({ notification_id: id }) => id}
          />
        )
      }
    </QueryView>
  );
}
