// Writes to the people who had the change, through a channel that reaches users, and says to whom it got.
import { Button, Group, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import {
  type Incident,
  type UserMessage,
  userMessagesQuery,
  useSendMessage,
} from '../api/incidents.ts';
import { type Channel, channelsQuery } from '../api/notify.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone } from '../ui/toast.ts';
import styles from './incidents.module.css';

type Props = { readonly incident: Incident; readonly scope: Scope };

/** Nothing where no channel reaches users, or nobody had the change. */
export function UserMessages({ incident, scope }: Props) {
  const channels = useQuery(channelsQuery(scope));
  const sent = useQuery(userMessagesQuery(scope, incident.id));
  const reaching = (channels.data?.results ?? []).filter(
    ({ kind, enabled }) => kind === 'intercom' && enabled,
  );
  const { results: messages, people } = sent.data ?? { results: [], people: 0 };
  const hasChannel = reaching.length > 0;
  const canSend = hasChannel && people !== null && people > 0;
  const isUncounted = hasChannel && people === null;
  if (!canSend && !isUncounted && !sent.isError && messages.length === 0) return null;
  return (
    <Section
      title="Write to those who had it"
      lead="Through Intercom, to those it knows; a thousand at most, the hurt first. It cannot be taken back."
    >
      <div className={styles.messages}>
        <ErrorAlert error={sent.error} />
        {isUncounted && (
          <p className={styles.dim}>How many they are cannot be counted now; it is tried again.</p>
        )}
        {canSend && (
          <MessageForm incident={incident} scope={scope} channels={reaching} people={people} />
        )}
        {messages.length > 0 && (
          <DataTable label="Sent" columns={SENT} rows={messages} rowKey={({ id }) => id} />
        )}
      </div>
    </Section>
  );
}

type FormProps = Props & { readonly channels: readonly Channel[]; readonly people: number };

function MessageForm({ incident, scope, channels, people }: FormProps) {
  const { banner, email } = incident.messages;
  const [channelId, setChannelId] = useState(channels[0]?.id ?? '');
  const [type, setType] = useState<UserMessage['message_type']>('inapp');
  const [subject, setSubject] = useState(email.subject);
  const [written, setWritten] = useState<string>();
  const body = written ?? (type === 'email' ? email.body : banner);
  const send = useSendMessage(scope, incident.id);
  const confirm = useConfirm();
  const attr = send.error instanceof ApiError ? send.error.attr : null;
  const errorOf = (field: string) => (attr === field ? send.error?.message : undefined);
  const submit = async () => {
    const to = plural(people, 'person', 'people');
    const answer = await confirm({
      title: `Write to ${to}?`,
      body: <p className={styles.quoted}>{body}</p>,
      action: 'Send',
      tone: 'harm',
    });
    if (!answer) return;
    const ofMail = type === 'email' ? { subject } : {};
    send.mutate(
      { channel_id: channelId, message_type: type, body, people, ...ofMail },
      { onSuccess: () => toastDone(`On its way to ${to}.`) },
    );
  };
  return (
    <form
      className={styles.messages}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {send.error && attr !== 'body' && attr !== 'subject' && <ErrorAlert error={send.error} />}
      <Group align="flex-end">
        <Select
          label="Channel"
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={channelId}
          allowDeselect={false}
          onChange={(id) => setChannelId(id ?? '')}
        />
        <MessageType type={type} onChange={setType} />
      </Group>
      {type === 'email' && (
        <TextInput
          label="Subject"
          required
          maxLength={200}
          value={subject}
          error={errorOf('subject')}
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Text"
        required
        autosize
        minRows={3}
        maxRows={16}
        maxLength={20_000}
        value={body}
        error={errorOf('body')}
        onChange={(event) => setWritten(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={send.isPending} leftSection={<IconSend size={16} />}>
          Write to {plural(people, 'person', 'people')}…
        </Button>
      </Group>
    </form>
  );
}

type MessageTypeProps = {
  readonly type: UserMessage['message_type'];
  readonly onChange: (type: UserMessage['message_type']) => void;
};

const MessageType = ({ type, onChange }: MessageTypeProps) => (
  <SegmentedControl
    aria-label="Kind of message"
    data={[
      { value: 'inapp', label: 'In the app' },
      { value: 'email', label: 'E-mail' },
    ]}
    value={type}
    onChange={(value) => onChange(value as UserMessage['message_type'])}
  />
);

const SENT: readonly Column<UserMessage>[] = [
  {
    title: 'Text',
    lead: true,
    cell: ({ subject, body }) => <span className={styles.quoted}>{subject ?? body}</span>,
  },
  {
    title: 'As',
    nameNarrow: true,
    cell: ({ message_type: type }) => (type === 'email' ? 'E-mail' : 'In the app'),
  },
  { title: 'By', nameNarrow: true, cell: ({ confirmed_by: by }) => by },
  { title: 'At', nameNarrow: true, cell: ({ confirmed_at: at }) => <Time at={at} /> },
  {
    title: 'Reached',
    nameNarrow: true,
    cell: ({ people }) =>
      [
        `${formatNumber(people.sent)} sent`,
        ...(people.pending > 0 ? [`${formatNumber(people.pending)} on the way`] : []),
        ...(people.failed > 0 ? [`${formatNumber(people.failed)} not reached`] : []),
      ].join(', '),
  },
];
