// All that a refused event holds, and what the event store said.
import { Code, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { refusedEventQuery } from '../api/refused-events.ts';
import type { Scope } from '../api/session.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { formatJson } from '../ui/json-text.ts';
import { KeyValue } from '../ui/key-value.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';

type Props = { readonly scope: Scope; readonly uuid: string; readonly onClose: () => void };

export function RefusedEventView({ scope, uuid, onClose }: Props) {
  const event = useQuery(refusedEventQuery(scope, uuid));
  return (
    <SideDialog opened position="right" size="lg" title="Refused event" onClose={onClose}>
      <QueryView query={event}>
        {(data) => (
          <Stack gap="md">
            <KeyValue
              entries={[
                ['Event', data.event],
                ['Distinct id', data.distinct_id],
                ['Event id', <code key="uuid">{data.uuid}</code>],
                ['Refused with', `code ${data.reason}`],
                ['What the store says', data.detail],
                ['Received', <Time key="received" at={data.received_at} />],
                ['Tried last', <Time key="failed" at={data.failed_at} />],
                ['Attempts', String(data.attempts)],
              ]}
            />
            <Code block aria-label="The event as it was to be stored">
              {formatJson(data.row)}
            </Code>
          </Stack>
        )}
      </QueryView>
    </SideDialog>
  );
}
