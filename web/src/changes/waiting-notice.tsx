// Says above a flag that somebody has proposed or planned something for it.
import { Alert } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { requestsQuery, schedulesQuery } from '../api/changes.ts';
import type { FlagPartProps } from '../flags/flag-part.ts';
import { joinWords, plural } from '../ui/format.ts';

export function WaitingNotice({ flag, scope }: FlagPartProps) {
  const pending = useQuery(schedulesQuery(scope, 'pending', flag.id)).data?.count ?? 0;
  const open = useQuery(requestsQuery(scope, 'open', flag.id)).data?.count ?? 0;
  const waiting = [
    ...(open > 0 ? [plural(open, 'request', 'requests')] : []),
    ...(pending > 0 ? [plural(pending, 'planned change', 'planned changes')] : []),
  ];
  if (waiting.length === 0) return null;
  return (
    <Alert color="info" variant="light" icon={<IconHourglass size={18} />}>
      {joinWords(waiting)} for this flag {open + pending === 1 ? 'waits' : 'wait'} in{' '}
      {scope.environment.name}.{' '}
      <Link
        to="/feature-flags/$flagId"
        params={{ flagId: String(flag.id) }}
        search={{ tab: 'changes' }}
      >
        See what
      </Link>
    </Alert>
  );
}
