// What people said and did about a request, and saying more: a comment, or a verdict.
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import {
  type ChangeRequest,
  comment,
  review,
  type ThreadEntry,
  useChange,
} from '../api/changes.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone } from '../ui/toast.ts';
import styles from './changes.module.css';
import { ENTRY_WORDS } from './request-words.ts';

const TONES: Partial<Record<ThreadEntry['type'], string>> = {
  approved: 'safe',
  applied: 'safe',
  changes_requested: 'watch',
  not_applied: 'watch',
  refused: 'harm',
};

type Props = { readonly request: ChangeRequest; readonly scope: Scope };

export function RequestThread({ request, scope }: Props) {
  return (
    <Section title="Discussion">
      <Stack gap="lg">
        <ol className={styles.thread} aria-live="polite">
          {request.thread.map((entry) => (
            <li key={entry.id} className={styles.entry} data-tone={TONES[entry.type]}>
              <div className={styles.entryHead}>
                <strong>{entry.user.label}</strong>
                <span>{ENTRY_WORDS[entry.type]}</span>
                <span className={styles.dim}>
                  <Time at={entry.at} />
                </span>
              </div>
              {entry.body && entry.type !== 'proposed' && (
                <p className={styles.body}>{entry.body}</p>
              )}
            </li>
          ))}
        </ol>
        <Say request={request} scope={scope} />
      </Stack>
    </Section>
  );
}

const VERDICTS = {
  approve: { label: 'Approve', done: 'You approve it.' },
  request_changes: { label: 'Ask for changes', done: 'You asked for changes.' },
  refuse: { label: 'Refuse', done: 'It is refused.' },
} as const;
type Verdict = keyof typeof VERDICTS;

function Say({ request, scope }: Props) {
  const { number, revision, actions } = request;
  const [body, setBody] = useState('');
  const say = useChange(comment(scope));
  const judge = useChange(review(scope));
  const onSuccess = (done: string) => () => {
    setBody('');
    toastDone(done);
  };
  const verdict = (kind: Verdict) =>
    judge.mutate(
      { number, revision, verdict: kind, comment: body.trim() },
      { onSuccess: onSuccess(VERDICTS[kind].done) },
    );
  const error = judge.error ?? say.error;
  const mayJudge = actions.includes('approve');
  return (
    <Stack gap="sm">
      <ErrorAlert error={errorElsewhere(error, ['body', 'comment'])} />
      <Textarea
        label="Comment"
        autosize
        minRows={2}
        value={body}
        error={errorAt(error, 'body') ?? errorAt(error, 'comment')}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Group gap="xs" justify="flex-end">
        {mayJudge && (
          <>
            <Button variant="subtle" color="harm" onClick={() => verdict('refuse')}>
              {VERDICTS.refuse.label}
            </Button>
            <Button variant="default" onClick={() => verdict('request_changes')}>
              {VERDICTS.request_changes.label}
            </Button>
          </>
        )}
        <Button
          variant="default"
          disabled={body.trim() === ''}
          loading={say.isPending}
          onClick={() =>
            say.mutate({ number, body: body.trim() }, { onSuccess: onSuccess('It is said.') })
          }
        >
          Comment
        </Button>
        {mayJudge && (
          <Button loading={judge.isPending} onClick={() => verdict('approve')}>
            {VERDICTS.approve.label}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
