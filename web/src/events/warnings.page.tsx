// What went wrong with events: how often, an example, and what to do about it.
import { SegmentedControl } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import {
  type IngestionWarning,
  SPANS,
  type Span,
  warningsQuery,
} from '../api/ingestion-warnings.ts';
import { useScope } from '../api/session.ts';
import { formatNumber } from '../ui/format.ts';
import { KeyValue } from '../ui/key-value.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import styles from './events.module.css';

const SPAN_WORDS: Record<Span, string> = { '1': '24 hours', '7': '7 days', '30': '30 days' };
const EFFECTS = {
  kept: { tone: 'info', label: 'Event kept' },
  changed: { tone: 'watch', label: 'Event kept, changed' },
  lost: { tone: 'harm', label: 'Event not stored' },
} as const;

function Warnings() {
  const scope = useScope();
  const { days } = useSearch({ from: '/app/events/warnings' });
  const navigate = useNavigate({ from: '/events/warnings' });
  const span = SPANS.find((one) => one === days) ?? '7';
  const warnings = useQuery({ ...warningsQuery(scope, span), placeholderData: keepPreviousData });
  return (
    <Page>
      <PageHeader
        title="Ingestion warnings"
        lead={`What went wrong with events of ${scope.environment.name}, and how to mend it.`}
        back={{ to: '/events', label: 'Events' }}
        actions={
          <>
            <SegmentedControl
              aria-label="How far to look back"
              data={SPANS.map((value) => ({ value, label: SPAN_WORDS[value] }))}
              value={span}
              onChange={(value) => void navigate({ search: (at) => ({ ...at, days: value }) })}
            />
            <LinkButton to="/events/refused" variant="default">
              Refused events
            </LinkButton>
          </>
        }
      />
      <QueryView query={warnings}>
        {({ results }) =>
          results.length === 0 ? (
            <Section>
              <EmptyState
                icon={<IconCircleCheck size={24} stroke={1.6} />}
                title={`No warnings in the last ${SPAN_WORDS[span]}`}
              >
                Everything that arrived could be stored as it came.
              </EmptyState>
            </Section>
          ) : (
            results.map((warning) => <Warning key={warning.type} warning={warning} />)
          )
        }
      </QueryView>
    </Page>
  );
}

function Warning({ warning }: { warning: IngestionWarning }) {
  const { title, effect, meaning, fix, count, total, example } = warning;
  const { tone, label } = EFFECTS[effect];
  const entries = exampleEntries(example);
  return (
    <Section title={title} lead={meaning} actions={<StatusBadge tone={tone}>{label}</StatusBadge>}>
      <KeyValue
        entries={[
          ['What to do', fix],
          [
            'How often',
            `${formatNumber(count)}${total > count ? `, ${formatNumber(total)} in all` : ''}`,
          ],
          ['Last', <Time key="last" at={warning.last_seen_at} />],
          ['First', <Time key="first" at={warning.first_seen_at} />],
        ]}
      />
      {entries.length > 0 && (
        <>
          <h3 className={styles.exampleTitle}>Latest example</h3>
          <KeyValue entries={entries} />
        </>
      )}
    </Section>
  );
}

function exampleEntries(example: IngestionWarning['example']) {
  const { detail, attr, event, distinct_id: distinctId, uuid } = example;
  return (
    [
      ['What happened', detail],
      ['Field', attr && <code>{attr}</code>],
      ['Event', event],
      [
        'Distinct id',
        distinctId && (
          <Link to="/events" search={{ distinct_id: distinctId }}>
            {distinctId}
          </Link>
        ),
      ],
      ['Event id', uuid && <code>{uuid}</code>],
    ] as const
  ).filter(([, value]) => value !== null && value !== '');
}

export const warningsRoute = createLazyRoute('/app/events/warnings')({ component: Warnings });
