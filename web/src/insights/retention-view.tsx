// The answer to a retention query: a curve of what is usual, and a grid of who came back when.
import { Group, SegmentedControl, Select } from '@mantine/core';
import { useContext, useMemo, useState } from 'react';
import { plainTicks } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatNumber, formatPercent, formatShare, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Pressable } from '../ui/pressable.tsx';
import { EmptyState } from '../ui/states.tsx';
import { CsvButton } from './csv-button.tsx';
import type { ViewProps } from './editor.ts';
import { InTile } from './in-tile.ts';
import { Legend } from './legend.tsx';
import type { RetentionQuery } from './query.ts';
import {
  curvesOf,
  type Grid,
  gridsOf,
  peopleOfCell,
  type RetentionCell,
  retentionTable,
} from './retention-grid.ts';
import styles from './retention.module.css';
import { useShown } from './use-shown.ts';

export function RetentionView(props: ViewProps<RetentionQuery>) {
  const { query, answer, title, wordsOf, onPick } = props;
  const period = query.retentionFilter.period ?? 'Day';
  const grids = useMemo(() => gridsOf(answer, period, wordsOf), [answer, period, wordsOf]);
  const curves = useMemo(() => curvesOf(grids), [grids]);
  const { shown, toggle } = useShown(curves);
  const intervals = Math.max(0, ...curves.map(({ values }) => values.length));
  const percent = (value: number) => formatPercent(Number(value.toFixed(1)));
  if (grids.every(({ size }) => size === 0)) {
    return (
      <Section>
        <EmptyState title="Nobody began">
          Nobody did the first event in this time. Choose more of it, or another event.
        </EmptyState>
      </Section>
    );
  }
  return (
    <>
      <Section
        title="Who comes back"
        lead="All who began, without intervals that are not over yet."
      >
        <TimeChart
          label={`${title}: share of people who came back, over ${plural(intervals, 'interval')}. The grid below has the numbers.`}
          lines={curves.filter(({ group }) => shown.has(group))}
          shape="line"
          steps={intervals}
          ticks={(width, name) =>
            plainTicks(intervals, (after) => `${period} ${after}`, width, name)
          }
          longName={(after) => `${period} ${after}`}
          format={percent}
          formatTick={percent}
          openFrom={intervals}
        />
        <Legend lines={curves} shown={shown} onToggle={toggle} />
      </Section>
      <GridSection
        title={title}
        grids={grids}
        period={period}
        onPick={onPick && ((grid, row, after) => onPick(peopleOfCell(query, grid, row, after)))}
      />
    </>
  );
}

type GridSectionProps = {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly period: string;
  readonly onPick: ((grid: Grid, row: number, after: number) => void) | undefined;
};

function GridSection(props: GridSectionProps) {
  return useContext(InTile) ? null : <WholeGrid {...props} />;
}

function WholeGrid({ title, grids, period, onPick }: GridSectionProps) {
  const [unit, setUnit] = useState('share');
  const [key, setKey] = useState<string | null>(null);
  const grid = grids.find((one) => one.key === key) ?? grids[0];
  if (!grid) return null;
  return (
    <Section
      title={
        grids.length > 1 ? `By ${period.toLowerCase()}: ${grid.name}` : `By ${period.toLowerCase()}`
      }
      flush
      actions={
        <Group gap="xs">
          {grids.length > 1 && (
            <Select
              aria-label="Whose grid"
              data={grids.map((one) => ({ value: one.key, label: one.name }))}
              value={grid.key}
              allowDeselect={false}
              searchable
              onChange={setKey}
            />
          )}
          <SegmentedControl
            aria-label="Unit of cells"
            data={[
              { value: 'share', label: '%' },
              { value: 'people', label: 'People' },
            ]}
            value={unit}
            onChange={setUnit}
          />
          <CsvButton title={title} table={retentionTable(grids, period)} />
        </Group>
      }
    >
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Retention">
        <GridTable grid={grid} period={period} isShare={unit === 'share'} onPick={onPick} />
      </div>
    </Section>
  );
}

type GridTableProps = Pick<GridSectionProps, 'period' | 'onPick'> & {
  readonly grid: Grid;
  readonly isShare: boolean;
};

function GridTable({ grid, period, isShare, onPick }: GridTableProps) {
  const intervals = Math.max(0, ...grid.rows.map(({ cells }) => cells.length));
  return (
    <table className={styles.grid}>
      <thead>
        <tr>
          <th scope="col">Began</th>
          <th scope="col" className={styles.size}>
            People
          </th>
          {Array.from({ length: intervals }, (_, after) => (
            <th key={after} scope="col" className={styles.head}>
              {period} {after}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grid.rows.map((row, at) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td className={styles.size}>{formatNumber(row.size)}</td>
            {row.cells.map((cell, after) => (
              <td key={after}>
                <CellButton
                  cell={cell}
                  name={`${row.name}, ${period} ${after}`}
                  isShare={isShare}
                  onPick={onPick && (() => onPick(grid, at, after))}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** From this share on the ground is so strong that text on it is white. */
const STRONG = 0.8;

type CellButtonProps = {
  readonly cell: RetentionCell;
  readonly name: string;
  readonly isShare: boolean;
  readonly onPick: (() => void) | undefined;
};

function CellButton({ cell: { people, share, isOpen }, name, isShare, onPick }: CellButtonProps) {
  if (people === null) return null;
  const words = share === null ? '–' : formatShare(share);
  return (
    <Pressable
      className={styles.cell}
      style={{ '--share': `${Math.round((share ?? 0) * 100)}%` } as object}
      data={{
        'data-strong': (share ?? 0) >= STRONG || undefined,
        'data-open': isOpen || undefined,
      }}
      label={`${name}: ${plural(people, 'person', 'people')}, ${words}${isOpen ? ', not over yet' : ''}`}
      onPress={people === 0 ? undefined : onPick}
    >
      {isShare ? words : formatNumber(people)}
    </Pressable>
  );
}
