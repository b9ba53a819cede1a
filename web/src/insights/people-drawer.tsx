// The people behind a number.
import { Button, SegmentedControl } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type ActorRow, type ActorsSource, peopleBehindQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { personName } from '../people/person-words.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import type { Picked } from './editor.ts';
import styles from './explorer.module.css';
import { nounsOf } from './units.ts';

type PeopleDrawerProps = {
  readonly picked: Picked | null;
  readonly scope: Scope;
  readonly onClose: () => void;
};

export function PeopleDrawer({ picked, scope, onClose }: PeopleDrawerProps) {
  return (
    <SideDialog
      opened={picked !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={picked?.title ?? ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {picked && <Views key={JSON.stringify(picked.source)} picked={picked} scope={scope} />}
    </SideDialog>
  );
}

function Views({ picked, scope }: { picked: Picked; scope: Scope }) {
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
      <People source={shown?.source ?? source} scope={scope} />
    </>
  );
}

function People({ source, scope }: { source: ActorsSource; scope: Scope }) {
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
  return (
    <>
      <p className={styles.peopleCount}>{plural(count, ...nounsOf(source))}</p>
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
