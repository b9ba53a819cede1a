// Why a flag was not saved. Another version being stored by now is no failure but a choice: both versions
// are there, and what the other one changed is shown.
import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type Flag, flagQuery, showFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { useNames } from '../targeting/use-names.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { LoadingRows } from '../ui/states.tsx';
import { ChangeList } from './change-list.tsx';
import type { FilterChange } from './filter-changes.ts';
import { flagChanges } from './flag-changes.ts';
import { isConflict } from './use-flag-edit.ts';

type ConflictProps = {
  /** The version that editing began from. */
  readonly base: Flag;
  readonly scope: Scope;
  /** Gives the edits up for the stored version. */
  readonly onLoad: (latest: Flag) => void;
  /** Keeps the edits, on top of the stored version. */
  readonly onRebase: (latest: Flag) => void;
};

export function SaveError({ error, ...props }: ConflictProps & { readonly error: unknown }) {
  return isConflict(error) ? <Conflict {...props} /> : <ErrorAlert error={error} />;
}

function Conflict({ base, scope, onLoad, onRebase }: ConflictProps) {
  const query = flagQuery(scope, String(base.id));
  const { data, error } = useQuery({ ...query, staleTime: 0, refetchOnMount: 'always' });
  const latest = data && data.version > base.version ? data : undefined;
  const by = latest?.last_modified_by;
  const queryClient = useQueryClient();
  const take = (how: (flag: Flag) => void) => {
    if (!latest) return;
    showFlag(queryClient, scope, latest);
    how(latest);
  };
  return (
    <Alert
      color="watch"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title="Someone else saved this flag meanwhile"
    >
      <Stack gap="sm">
        <span>
          Your changes are still here, but not saved, so that theirs are not lost.
          {by ? ` ${by.first_name || by.email} changed:` : ' Changed meanwhile:'}
        </span>
        {latest ? (
          <Theirs base={base} latest={latest} />
        ) : (
          (error && <ErrorAlert error={error} />) || <LoadingRows rows={2} />
        )}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={!latest}
            onClick={() => take(onRebase)}
          >
            Keep mine on top of it
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!latest}
            onClick={() => take(onLoad)}
          >
            Load the stored version
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function Theirs({ base, latest }: { readonly base: Flag; readonly latest: Flag }) {
  const names = useNames();
  const switched: FilterChange[] =
    base.active === latest.active
      ? []
      : [{ kind: 'changed', what: 'Switch', after: latest.active ? 'on' : 'off' }];
  const changes = [...switched, ...flagChanges(base, latest, names)];
  if (changes.length === 0) return <span>Nothing that this form shows.</span>;
  return <ChangeList changes={changes} />;
}
