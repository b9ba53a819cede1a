// What one does about an error: resolve, ignore, open again, give it to somebody.
import { Button, Select } from '@mantine/core';
import { IconCheck, IconEyeOff, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Issue, type IssueStatus, useChangeIssue } from '../api/errors.ts';
import { membersQuery } from '../api/flag-upkeep.ts';
import type { Scope } from '../api/session.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './errors.module.css';

const DONE: Readonly<Record<IssueStatus, string>> = {
  active: 'The error is open.',
  resolved: 'Resolved. It opens again when it happens in another release.',
  suppressed: 'Ignored. Nobody is told of it.',
};

export function IssueActions({ issue, scope }: { issue: Issue; scope: Scope }) {
  const change = useChangeIssue(scope, issue.id);
  const { data: members } = useQuery(membersQuery);
  const { version } = issue;
  const send = (body: { status?: IssueStatus; assignee?: Issue['assignee'] }, done: string) => {
    const assignee = body.assignee && { type: 'user' as const, id: body.assignee.id };
    change.mutate(
      { ...body, ...(body.assignee === undefined ? {} : { assignee }), version } as never,
      { onSuccess: () => toastDone(done), onError: toastError },
    );
  };
  const press = (status: IssueStatus) => () => send({ status }, DONE[status]);
  return (
    <>
      <Select
        aria-label="Owner"
        placeholder="Nobody’s"
        className={styles.pick ?? ''}
        data={(members?.results ?? []).map(({ id, name, email }) => ({
          value: id,
          label: name || email,
        }))}
        value={issue.assignee?.id ?? null}
        clearable
        searchable
        disabled={change.isPending}
        onChange={(id) =>
          send(
            { assignee: id === null ? null : { type: 'user', id, name: '', email: '' } },
            id === null ? 'It is nobody’s now.' : 'It has an owner.',
          )
        }
      />
      {issue.status === 'active' ? (
        <>
          <Button
            variant="default"
            leftSection={<IconEyeOff size={16} stroke={1.7} />}
            loading={change.isPending}
            onClick={press('suppressed')}
          >
            Ignore
          </Button>
          <Button
            leftSection={<IconCheck size={16} stroke={1.7} />}
            loading={change.isPending}
            onClick={press('resolved')}
          >
            Resolve
          </Button>
        </>
      ) : (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} stroke={1.7} />}
          loading={change.isPending}
          onClick={press('active')}
        >
          Open again
        </Button>
      )}
    </>
  );
}
