// Single exceptions of an error, one after the other: the stack, and who met it where.
import { Button, Group } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type IssueEvent, issueEventQuery } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { withWords } from './error-words.ts';
import styles from './errors.module.css';
import { StackTrace } from './stack-trace.tsx';

type IssueEventsProps = {
  readonly scope: Scope;
  readonly issueId: string;
  readonly since: string;
};

export function IssueEvents({ scope, issueId, since }: IssueEventsProps) {
  const [at, setAt] = useState(0);
  const query = useQuery({
    ...issueEventQuery(scope, issueId, since, at),
    placeholderData: keepPreviousData,
  });
  return (
    <Section
      title="What was thrown"
      lead={at === 0 ? 'The latest exception.' : `Exception ${at + 1}, counted from the latest.`}
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-sm"
            disabled={at === 0}
            onClick={() => setAt(at - 1)}
          >
            Newer
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            disabled={query.data?.has_more !== true}
            onClick={() => setAt(at + 1)}
          >
            Older
          </Button>
        </Group>
      }
    >
      <QueryView query={query} loading={<LoadingBlock height={280} />}>
        {({ results: [event] }) =>
          event ? (
            <Event event={event} />
          ) : (
            <EmptyState title="Not in this time">Look at a longer stretch of time.</EmptyState>
          )
        }
      </QueryView>
    </Section>
  );
}

/** Of what was thrown last; empty where the SDK does not say. */
function caughtWords({ exceptions: [outermost] }: IssueEvent): string {
  if (outermost?.handled === true) return 'Yes, the app handled it';
  return outermost?.handled === false ? 'No, nothing handled it' : '';
}

function Event({ event }: { event: IssueEvent }) {
  const flags = Object.entries(event.flags).filter(([, value]) => value !== 'false');
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['When', <Time key="when" at={event.timestamp} />],
    [
      'Person',
      <Link key="person" to="/people/$personId" params={{ personId: event.person_id }}>
        {event.distinct_id}
      </Link>,
    ],
    ['Page', event.url],
    ['Release', event.release],
    ['Browser', [event.browser, event.os].filter(Boolean).join(', ')],
    ['Reported by', event.library],
    ['Caught', caughtWords(event)],
    ['Flags', flags.map(([key, value]) => withWords(key, value)).join(', ')],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={styles.small}>{value}</dd>
            </div>
          ))}
      </dl>
      {event.recording && (
        <LinkButton
          to="/replay/$sessionId"
          params={{ sessionId: event.recording.session_id }}
          search={{ t: String(event.recording.offset_ms) }}
          variant="default"
          size="compact-sm"
          mb="md"
          leftSection={<IconVideo size={14} aria-hidden />}
        >
          {event.recording.by === 'session'
            ? 'Watch how it came to this'
            : 'Watch what its person did at that time'}
        </LinkButton>
      )}
      <StackTrace exceptions={event.exceptions} />
    </>
  );
}
