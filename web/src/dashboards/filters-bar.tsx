// What overrides the questions of all tiles, and how often they are asked again.
import { Button, Select } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { DashboardFilters } from '../api/dashboards.ts';
import { FiltersEditor } from '../insights/filters-editor.tsx';
import { PRESETS, rangeWords } from '../insights/range.ts';
import styles from './dashboards.module.css';

const AS_SAVED = 'Each tile’s own range';
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
  readonly onChange: (filters: DashboardFilters) => void;
};

export function FiltersBar({ filters, onChange }: FiltersBarProps) {
  const { date_from: from, date_to: to } = filters;
  const preset = PRESETS.find((one) => one.from === from && (one.to ?? null) === (to ?? null));
  const own = from || to ? rangeWords({ date_from: from, date_to: to }) : AS_SAVED;
  const value = preset?.label ?? own;
  const labels = [AS_SAVED, ...PRESETS.map(({ label }) => label)];
  const choose = (label: string | null) => {
    const { properties } = filters;
    const chosen = PRESETS.find((one) => one.label === label);
    onChange({
      ...(properties ? { properties } : {}),
      ...(chosen ? { date_from: chosen.from, ...(chosen.to ? { date_to: chosen.to } : {}) } : {}),
    });
  };
  return (
    <>
      <Select
        aria-label="Range of all tiles"
        data={labels.includes(value) ? labels : [...labels, value]}
        value={value}
        allowDeselect={false}
        maxDropdownHeight={420}
        w={220}
        onChange={choose}
      />
      <div className={styles.conditions}>
        <FiltersEditor
          filters={filters.properties}
          attr="filters.properties"
          addFirst="Add a condition for all tiles"
          onChange={(properties) => onChange({ ...filters, properties })}
        />
      </div>
    </>
  );
}
