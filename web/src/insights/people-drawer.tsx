// The people behind a number.
import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type ActorRow, type ActorsSource, peopleBehindQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { personName } from '../people/person-words.ts';
import { recordingsBehind } from '../replay/links.ts';
import { RecordingsLink } from '../replay/recordings-link.tsx';
import { SideDialog } from '../ui/dialog.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import type { Picked } from './editor.ts';
import styles from './explorer.module.css';
import { KeepAsCohort } from './keep-as-cohort.tsx';
import { nounsOf } from './units.ts';

type PeopleDrawerProps = {
  readonly picked: Picked | null;
  readonly scope: Scope;
  readonly onClose: () => void;
  /** Whether they can be kept as a cohort. */
  readonly canKeep?: boolean;
};

export function PeopleDrawer({ picked, scope, onClose, canKeep = false }: PeopleDrawerProps) {
  return (
    <SideDialog
      opened={picked !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={picked?.title ?? ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {picked && (
        <Views
          key={JSON.stringify(picked.source)}
          picked={picked}
          scope={scope}
          canKeep={canKeep}
        />
      )}
    </SideDialog>
  );
}

type ViewsProps = { readonly picked: Picked; readonly scope: Scope; readonly canKeep: boolean };

function Views({ picked, scope, canKeep }: ViewsProps) {
  const { source, views } = picked;
  const [label, setLabel] = useState(views?.[0]?.label ?? '');
  const shown = views?.find((view) => view.label === label);
  return (
    <>
      {views && (
        <SegmentedControl
          aria-label="Who is listed"
          fullWidth
          mb="md"
          data={views.map((view) => view.label)}
          value={label}
          onChange={setLabel}
        />
      )}
      <People
        source={shown?.source ?? source}
        scope={scope}
        keepAs={canKeep ? picked.title : undefined}
      />
    </>
  );
}

type PeopleProps = {
  readonly source: ActorsSource;
  readonly scope: Scope;
  /** What a cohort of them would be called; undefined where they cannot be kept. */
  readonly keepAs: string | undefined;
};

function People({ source, scope, keepAs }: PeopleProps) {
  const people = useInfiniteQuery(peopleBehindQuery(scope, source));
  if (people.isPending) return <LoadingRows rows={6} />;
  if (people.isError) {
    return <ErrorState error={people.error} onRetry={() => void people.refetch()} />;
  }
  const rows = people.data.pages.flatMap(({ results }) => results);
  const count = people.data.pages[0]?.count ?? 0;
  if (rows.length === 0) {
    return (
      <EmptyState icon={<IconUsers size={24} stroke={1.6} />} title="Nobody">
        Nobody is behind this number.
      </EmptyState>
    );
  }
  const ids = rows.map(([{ id }]) => id);
  const recordings = recordingsBehind(source, ids);
  return (
    <>
      <p className={styles.peopleCount}>{plural(count, ...nounsOf(source))}</p>
      <Group gap="xs" mb={4}>
        {recordings && <RecordingsLink filter={recordings} />}
        {keepAs !== undefined && nounsOf(source)[0] === 'person' && (
          <KeepAsCohort key={JSON.stringify(source)} scope={scope} source={source} name={keepAs} />
        )}
      </Group>
      <ul className={styles.people} aria-label="People">
        {rows.map((row) => (
          <PersonItem key={row[0].id} row={row} />
        ))}
      </ul>
      {people.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          More
        </Button>
      )}
    </>
  );
}

function PersonItem({ row: [actor, count] }: { row: ActorRow }) {
  const name = personName(actor);
  const ids = actor.distinct_ids.filter((id) => id !== name);
  return (
    <li>
      <div className={styles.person}>
        {/* Whoever was never identified has no page of their own. */}
        {actor.created_at === null ? (
          <span className={styles.personName}>{name}</span>
        ) : (
          <Link
            to="/people/$personId"
            params={{ personId: actor.id }}
            className={styles.personName}
          >
            {name}
          </Link>
        )}
        {ids[0] && <span className={styles.dim}>{ids[0]}</span>}
      </div>
      <span className={styles.dim}>{formatNumber(count)} ×</span>
    </li>
  );
}
