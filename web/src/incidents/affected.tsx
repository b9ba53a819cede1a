// Who had the change: how many were hurt, the list with its file and cohort, and sessions of both arms.
import { Button } from '@mantine/core';
import { IconDownload, IconUsersPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type AffectedPerson,
  type Incident,
  type IncidentEvidence,
  incidentFileUrl,
  incidentPeopleQuery,
  PEOPLE_ROWS,
  useIncidentCohort,
} from '../api/incidents.ts';
import type { Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber, formatShare, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './incidents.module.css';

type Props = {
  readonly incident: Incident;
  readonly evidence: IncidentEvidence;
  readonly scope: Scope;
};

export function Affected({ incident, evidence, scope }: Props) {
  return (
    <>
      <People incident={incident} evidence={evidence} scope={scope} />
      <Section
        title="Guardrails among them"
        lead="People whose apps reported the flag, from when they had it until apps had learned of the way back."
        flush
      >
        <DataTable
          label="Guardrails among affected people"
          columns={HURT}
          rows={evidence.guardrails}
          rowKey={({ id }) => id}
        />
      </Section>
      <Sessions evidence={evidence} />
    </>
  );
}

type Hurt = IncidentEvidence['guardrails'][number];

function armWords({ people, with_event: count }: Hurt['treatment']): string {
  if (people === 0) return 'nobody';
  return `${formatNumber(count)} of ${formatNumber(people)} (${formatShare(count / people)})`;
}

const HURT: readonly Column<Hurt>[] = [
  { title: 'Guardrail', lead: true, cell: ({ id }) => <strong>{id}</strong> },
  {
    title: 'Event',
    cell: ({ event, direction }) => (
      <>
        <code>{event}</code>
        {direction === 'down' && <span className={styles.dim}> (less is harm)</span>}
      </>
    ),
  },
  { title: 'With the change', nameNarrow: true, cell: ({ treatment }) => armWords(treatment) },
  { title: 'Without', nameNarrow: true, cell: ({ control }) => armWords(control) },
  {
    title: 'First',
    shrink: true,
    align: 'end',
    cell: ({ first_at: at }) => (at === null ? '–' : <Time at={at} />),
  },
];

const PEOPLE: readonly Column<AffectedPerson>[] = [
  {
    title: 'Person',
    lead: true,
    cell: ({ person_id: personId, distinct_id: distinctId }) => (
      <Link to="/people/$personId" params={{ personId }} className={styles.id}>
        {distinctId}
      </Link>
    ),
  },
  {
    title: 'Had it',
    nameNarrow: true,
    cell: ({ had_it_since: since }) => <Time at={since} />,
  },
  {
    title: 'Hurt',
    nameNarrow: true,
    cell: ({ hurt_at: at }) => (at === null ? 'no' : <Time at={at} />),
  },
];

function People({ incident, evidence, scope }: Props) {
  const [offset, setOffset] = useState(0);
  const at = { offset, collectedAt: evidence.collected_at };
  const people = useQuery({
    ...incidentPeopleQuery(scope, incident.id, at),
    placeholderData: keepPreviousData,
  });
  if (evidence.affected === 0) {
    return (
      <Section title="People who had the change">
        <p className={styles.dim}>No app has reported that somebody had it.</p>
      </Section>
    );
  }
  return (
    <Section
      title="People who had the change"
      lead={`${plural(evidence.affected, 'person', 'people')}, as their own apps reported it; those it hurt first.`}
      actions={<PeopleActions incident={incident} scope={scope} />}
      flush
    >
      <QueryView query={people}>
        {({ results }) => (
          <>
            <DataTable
              label="People who had the change"
              columns={PEOPLE}
              rows={results}
              rowKey={({ person_id: id }) => id}
            />
            {evidence.affected > PEOPLE_ROWS && (
              <Pager
                offset={offset}
                shown={results.length}
                count={evidence.affected}
                pageRows={PEOPLE_ROWS}
                onChange={setOffset}
              />
            )}
          </>
        )}
      </QueryView>
    </Section>
  );
}

function PeopleActions({ incident, scope }: Pick<Props, 'incident' | 'scope'>) {
  const navigate = useNavigate();
  const cohort = useIncidentCohort(scope, incident.id);
  const press = () =>
    cohort.mutate(undefined, {
      onError: toastError,
      onSuccess: ({ id, count }) => {
        toastDone(`${plural(count, 'person is', 'people are')} in the new cohort.`);
        void navigate({ to: '/cohorts/$cohortId', params: { cohortId: String(id) } });
      },
    });
  return (
    <>
      <Button
        component="a"
        variant="default"
        size="xs"
        href={incidentFileUrl(scope, incident.id, 'incidents.peopleFile')}
        download
        leftSection={<IconDownload size={15} stroke={1.6} />}
      >
        CSV
      </Button>
      <Button
        variant="default"
        size="xs"
        loading={cohort.isPending}
        leftSection={<IconUsersPlus size={15} stroke={1.6} />}
        onClick={press}
      >
        New cohort
      </Button>
    </>
  );
}

function Sessions({ evidence }: Pick<Props, 'evidence'>) {
  const rows = evidence.guardrails.flatMap(({ id, sessions }) =>
    (['treatment', 'control'] as const).flatMap((arm) =>
      sessions[arm].map((session) => ({ ...session, guardrail: id, arm })),
    ),
  );
  if (rows.length === 0) return null;
  return (
    <Section
      title="Sessions worth a look"
      lead="Of both arms: those with a recording first, which opens ten seconds before and is kept for a year."
      flush
    >
      <DataTable
        label="Sessions"
        columns={SESSIONS}
        rows={rows}
        rowKey={(row) => `${row.guardrail} ${row.arm} ${row.session_id}`}
      />
    </Section>
  );
}

type SessionRow = Hurt['sessions']['treatment'][number] & {
  readonly guardrail: string;
  readonly arm: 'treatment' | 'control';
};

const SESSIONS: readonly Column<SessionRow>[] = [
  {
    title: 'Session',
    lead: true,
    cell: ({ session_id: id, open_at_ms: openAt }) =>
      openAt === null ? (
        <code className={styles.id}>{id}</code>
      ) : (
        <Link
          to="/replay/$sessionId"
          params={{ sessionId: id }}
          search={{ t: String(openAt) }}
          className={styles.id}
        >
          Watch {id}
        </Link>
      ),
  },
  { title: 'Arm', cell: ({ arm }) => (arm === 'treatment' ? 'With the change' : 'Without') },
  { title: 'Guardrail', nameNarrow: true, cell: ({ guardrail }) => guardrail },
  {
    title: 'Person',
    cell: ({ person_id: personId }) => (
      <Link to="/people/$personId" params={{ personId }}>
        Events of the person
      </Link>
    ),
  },
  { title: 'When', shrink: true, align: 'end', cell: ({ at }) => <Time at={at} /> },
];
