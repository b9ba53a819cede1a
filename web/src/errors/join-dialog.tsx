// Makes several errors one: asks which of them goes on, with its name, its owner and where it stands.
import { Button, Group, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { type ListedIssue, useJoinIssues } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { plural } from '../ui/format.ts';
import { toastDone } from '../ui/toast.ts';
import { stateOf } from './error-words.ts';
import styles from './errors.module.css';

type JoinDialogProps = {
  readonly scope: Scope;
  /** At least two. */
  readonly issues: readonly ListedIssue[];
  readonly onClose: () => void;
  readonly onJoined: () => void;
};

export function JoinDialog({ scope, issues, onClose, onJoined }: JoinDialogProps) {
  const byCount = issues.toSorted(
    (a, b) => b.aggregations.occurrences - a.aggregations.occurrences,
  );
  const [into, setInto] = useState(byCount[0]?.id ?? '');
  const join = useJoinIssues(scope);
  const submit = () =>
    join.mutate(
      { into, ids: issues.map(({ id }) => id).filter((id) => id !== into) },
      {
        onSuccess: () => {
          toastDone(`${plural(issues.length, 'error')} joined in one.`);
          onClose();
          onJoined();
        },
      },
    );
  return (
    <Dialog opened onClose={onClose} title={`Join ${plural(issues.length, 'error')} in one`}>
      <Stack gap="md">
        <ErrorAlert error={join.error} />
        <Radio.Group
          label="Which one goes on"
          description="It keeps its name, its owner and whether it is open. All that is like the others counts with it, in the past too; they can be split off again."
          value={into}
          onChange={setInto}
        >
          <Stack gap="xs" mt="sm">
            {byCount.map((issue) => (
              <Radio
                key={issue.id}
                value={issue.id}
                label={<span className={styles.message}>{titleOf(issue)}</span>}
                description={`${stateOf(issue).label}, ${plural(issue.aggregations.occurrences, 'exception')} of ${plural(issue.aggregations.users, 'person', 'people')}`}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={join.isPending} onClick={submit}>
            Join
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

const titleOf = ({ name, description }: Pick<ListedIssue, 'name' | 'description'>): string =>
  description === '' ? name : `${name}: ${description}`;
