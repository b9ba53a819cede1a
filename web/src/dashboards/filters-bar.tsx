// What overrides the questions of all tiles, and how often they are asked again.
import { Button, Select } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { DashboardFilters } from '../api/dashboards.ts';
import { FiltersEditor } from '../insights/filters-editor.tsx';
import { RangeInput } from '../insights/range-input.tsx';
import styles from './dashboards.module.css';

const MINUTE_MS = 60_000;
const REFRESHES = [
  { value: 'off', label: 'Refreshed by hand' },
  { value: '1', label: 'Every minute' },
  { value: '5', label: 'Every 5 minutes' },
  { value: '15', label: 'Every 15 minutes' },
];

/** Milliseconds between refreshes, from what an address says; false: by hand. */
export function refreshMs(text: string | undefined): number | false {
  const isKnown = text !== 'off' && REFRESHES.some(({ value }) => value === text);
  return isKnown ? Number(text) * MINUTE_MS : false;
}

type RefreshBarProps = {
  readonly refresh: string | undefined;
  readonly onRefresh: (refresh: string | undefined) => void;
};

export function RefreshBar({ refresh, onRefresh }: RefreshBarProps) {
  const queryClient = useQueryClient();
  return (
    <>
      <Select
        aria-label="Refresh"
        data={REFRESHES}
        value={refreshMs(refresh) === false ? 'off' : (refresh ?? 'off')}
        allowDeselect={false}
        w={180}
        onChange={(value) => onRefresh(value === 'off' ? undefined : (value ?? undefined))}
      />
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        onClick={() => {
          void queryClient.invalidateQueries({ queryKey: ['insight'] });
        }}
      >
        Refresh
      </Button>
    </>
  );
}

type FiltersBarProps = {
  readonly filters: DashboardFilters;
  /** The present day in the project's time zone. */
  readonly today: string;
  readonly onChange: (filters: DashboardFilters) => void;
};

export function FiltersBar({ filters, today, onChange }: FiltersBarProps) {
  const { properties, ...range } = filters;
  return (
    <>
      <RangeInput
        label="Range of all tiles"
        none="Each its own range"
        range={range}
        today={today}
        onChange={(next) => onChange({ ...(properties ? { properties } : {}), ...next })}
      />
      <div className={styles.conditions}>
        <FiltersEditor
          filters={properties}
          attr="filters.properties"
          addFirst="Add a condition for all tiles"
          onChange={(conditions) => onChange({ ...filters, properties: conditions })}
        />
      </div>
    </>
  );
}
