// What people say about the flag: plain text, newest first. Only one's own can be edited or deleted.
import { Button, Group, Textarea } from '@mantine/core';
import { IconMessage, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commentsQuery, type FlagComment, useChangeComments } from '../api/flag-upkeep.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import { LinkedText } from '../ui/linked-text.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastError } from '../ui/toast.ts';
import type { FlagPartProps } from './flag-part.ts';
import styles from './flags.module.css';

const MAX_CHARACTERS = 5000;

export function FlagComments({ flag, scope }: FlagPartProps) {
  const comments = useQuery(commentsQuery(scope, flag));
  const change = useChangeComments(scope, flag);
  return (
    <Section
      title="Comments"
      lead="For whoever works on this flag. Plain text; addresses become links."
      flush
    >
      <div className={styles.entry}>
        <ErrorAlert error={change.variables?.kind === 'add' ? change.error : null} />
        <CommentForm
          label="Comment"
          action="Comment"
          isPending={change.isPending}
          onSubmit={async (body) => change.mutateAsync({ kind: 'add', body })}
        />
      </div>
      <QueryView query={comments}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState icon={<IconMessage size={24} stroke={1.6} />} title="Nothing said yet">
              Say why the flag is here, or what to look at before it goes.
            </EmptyState>
          ) : (
            <ul className={styles.history} aria-label="Comments">
              {results.map((comment) => (
                <Comment key={comment.id} comment={comment} flag={flag} scope={scope} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}

type CommentFormProps = {
  readonly label: string;
  readonly action: string;
  readonly start?: string;
  readonly isPending: boolean;
  readonly onSubmit: (body: string) => Promise<void>;
  readonly onCancel?: () => void;
};

function CommentForm({ label, action, start = '', isPending, ...on }: CommentFormProps) {
  const [body, setBody] = useState(start);
  const submit = async () => {
    try {
      await on.onSubmit(body.trim());
      setBody('');
    } catch {
      // The text stays, and the failure is told beside it.
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Textarea
        aria-label={label}
        placeholder="What should others know?"
        autosize
        minRows={2}
        maxLength={MAX_CHARACTERS}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs" mt="xs">
        {on.onCancel && (
          <Button variant="default" size="compact-sm" onClick={on.onCancel}>
            Cancel
          </Button>
        )}
        <Button
          type="submit"
          size="compact-sm"
          loading={isPending}
          disabled={body.trim() === '' || body.trim() === start}
        >
          {action}
        </Button>
      </Group>
    </form>
  );
}

function Comment({ comment, flag, scope }: FlagPartProps & { readonly comment: FlagComment }) {
  const [isEditing, setEditing] = useState(false);
  const change = useChangeComments(scope, flag);
  const confirm = useConfirm();
  const isOwn = comment.author.id === scope.user.id;
  const remove = async () => {
    const answer = await confirm({
      title: 'Delete your comment?',
      body: 'It is gone for everybody. The audit log keeps what it said.',
      action: 'Delete',
      tone: 'harm',
    });
    if (answer) change.mutate({ kind: 'remove', id: comment.id }, { onError: toastError });
  };
  return (
    <li className={styles.entry}>
      <div className={styles.entryHead}>
        <strong>{comment.author.name}</strong>
        <span className={styles.dim}>
          <Time at={comment.created_at} />
          {comment.edited_at && ', edited'}
        </span>
        {isOwn && !isEditing && (
          <span className={styles.entryActions}>
            <IconAction label="Edit your comment" size={26} onClick={() => setEditing(true)}>
              <IconPencil size={15} stroke={1.7} />
            </IconAction>
            <IconAction label="Delete your comment" size={26} onClick={() => void remove()}>
              <IconTrash size={15} stroke={1.7} />
            </IconAction>
          </span>
        )}
      </div>
      {isEditing ? (
        <>
          <ErrorAlert error={change.error} />
          <CommentForm
            label="Edit your comment"
            action="Save"
            start={comment.body}
            isPending={change.isPending}
            onCancel={() => setEditing(false)}
            onSubmit={async (body) => {
              await change.mutateAsync({ kind: 'edit', id: comment.id, body });
              setEditing(false);
            }}
          />
        </>
      ) : (
        <p className={styles.comment}>
          <LinkedText text={comment.body} />
        </p>
      )}
    </li>
  );
}
