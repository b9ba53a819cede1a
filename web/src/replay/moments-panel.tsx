// The merged list: everything that happened, searched, filtered by kind, in step with the picture.
import { Chip, Group, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { colorOf } from '../charts/palette.ts';
import { plural } from '../ui/format.ts';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState } from '../ui/states.tsx';
import { kindColor } from './kind-color.ts';
import { filterMoments, type Kind, KINDS, lastAt, type Moment } from './moments.ts';
import { MomentDetail, MomentRow, ROW_PX } from './moment-row.tsx';
import styles from './replay.module.css';
import { usePlayer, usePlayState } from './use-player.ts';
import { VirtualList } from './virtual-list.tsx';

type MomentsPanelProps = {
  readonly moments: readonly Moment[];
  /** Those that can be chosen among; one alone is not asked for. */
  readonly kinds: readonly Kind[];
  readonly maySeeBodies: boolean;
  readonly row?: (moment: Moment, parts: RowParts) => React.ReactNode;
  readonly empty: string;
};

export type RowParts = {
  readonly startMs: number;
  readonly isNow: boolean;
  readonly isPast: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
};

/** A little before, so that one sees it happen. */
const LEAD_MS = 500;

export function MomentsPanel(props: MomentsPanelProps) {
  const { moments, kinds, maySeeBodies, empty } = props;
  const row = props.row ?? ((moment, parts) => <MomentRow moment={moment} {...parts} />);
  const link = usePlayer();
  const [search, setSearch] = useState('');
  const [chosenKinds, setKinds] = useState<readonly Kind[]>([]);
  const [follows, setFollows] = useState(true);
  const [chosenId, setChosen] = useState<string | null>(null);
  const shown = useMemo(
    () => filterMoments(moments, search, new Set(chosenKinds.length > 0 ? chosenKinds : kinds)),
    [moments, search, chosenKinds, kinds],
  );
  const now = usePlayState(({ atMs }) => lastAt(shown, atMs + LEAD_MS));
  const chosen = shown.find(({ id }) => id === chosenId);
  const choose = (moment: Moment) => {
    setChosen(moment.id === chosenId ? null : moment.id);
    if (moment.id !== chosenId) link.send({ kind: 'seek', atMs: moment.atMs - LEAD_MS });
  };
  return (
    <div className={styles.panel}>
      <div className={styles.tools}>
        <Group gap="xs" wrap="nowrap">
          <SearchField
            label="Search what happened"
            placeholder="Search"
            value={search}
            onChange={setSearch}
            className={styles.grow}
          />
          <Switch
            size="xs"
            label="Follow"
            checked={follows}
            onChange={({ currentTarget }) => setFollows(currentTarget.checked)}
          />
        </Group>
        {kinds.length > 1 && (
          <KindChips moments={moments} kinds={kinds} chosen={chosenKinds} onChange={setKinds} />
        )}
      </div>
      {shown.length === 0 ? (
        <EmptyState title={moments.length === 0 ? empty : 'Nothing fits'}>
          {moments.length === 0 ? undefined : 'Search for something else, or choose other kinds.'}
        </EmptyState>
      ) : (
        <VirtualList
          label={plural(shown.length, 'moment')}
          items={shown}
          keyOf={({ id }) => id}
          rowHeight={ROW_PX}
          followIndex={follows ? now : -1}
          onScrolled={() => setFollows(false)}
          row={(moment, index) =>
            row(moment, {
              startMs: link.startMs,
              isNow: index === now,
              isPast: index <= now,
              isChosen: moment.id === chosenId,
              onChoose: () => choose(moment),
            })
          }
        />
      )}
      {chosen && (
        <div className={styles.detail} role="region" aria-label="Details" tabIndex={0}>
          <MomentDetail moment={chosen} maySeeBodies={maySeeBodies} />
        </div>
      )}
    </div>
  );
}

type KindChipsProps = {
  readonly moments: readonly Moment[];
  readonly kinds: readonly Kind[];
  readonly chosen: readonly Kind[];
  readonly onChange: (kinds: readonly Kind[]) => void;
};

/** Only kinds of which there are some. */
function KindChips({ moments, kinds, chosen, onChange }: KindChipsProps) {
  const counts = useMemo(() => Map.groupBy(moments, ({ kind }) => kind), [moments]);
  return (
    <Chip.Group multiple value={[...chosen]} onChange={(value) => onChange(value as Kind[])}>
      <Group gap={6}>
        {kinds
          .filter((kind) => counts.has(kind))
          .map((kind) => (
            <Chip key={kind} value={kind} size="xs" radius="sm" variant="outline">
              <i className={`${styles.dot} ${colorOf(kindColor(kind))}`} aria-hidden />{' '}
              {KINDS[kind]} {counts.get(kind)?.length}
            </Chip>
          ))}
      </Group>
    </Chip.Group>
  );
}
