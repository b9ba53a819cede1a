// What stands above a retention grid.
import { Select, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { ToolsProps } from './editor.ts';
import styles from './explorer.module.css';
import type { RetentionQuery } from './query.ts';
import { UnitSelect } from './unit-select.tsx';

type Filter = RetentionQuery['retentionFilter'];

const PERIODS = ['Hour', 'Day', 'Week', 'Month'];
const LENGTHS = ['5', '8', '11', '14', '21', '31'];
const DEFAULT_LENGTH = '8';
const TYPES = [
  { value: 'retention_recurring', label: 'Every time' },
  { value: 'retention_first_time', label: 'For the first time' },
  { value: 'retention_first_ever_occurrence', label: 'First ever' },
];
const WINDOWS = [
  { value: 'strict_calendar_dates', label: 'By the calendar' },
  { value: '24_hour_windows', label: 'In 24-hour windows' },
];

export function RetentionTools({ query, today, onChange }: ToolsProps<RetentionQuery>) {
  const filter = query.retentionFilter;
  const set = (change: Partial<Filter>) =>
    onChange({ ...query, retentionFilter: { ...filter, ...change } });
  const period = filter.period ?? 'Day';
  const length = String(filter.totalIntervals ?? DEFAULT_LENGTH);
  const end = query.dateRange?.date_to ?? '';
  return (
    <>
      <Select
        aria-label="Period"
        data={PERIODS.map((value) => ({ value, label: `by ${value.toLowerCase()}` }))}
        value={period}
        allowDeselect={false}
        className={styles.smallTool ?? ''}
        onChange={(next) => next && set({ period: next as Filter['period'] })}
      />
      <Select
        aria-label="How many"
        data={[...new Set([...LENGTHS, length])].map((value) => ({
          value,
          label: `${value} ${period.toLowerCase()}s`,
        }))}
        value={length}
        error={useFieldError('retentionFilter.totalIntervals')}
        allowDeselect={false}
        className={styles.smallTool ?? ''}
        onChange={(next) => next && set({ totalIntervals: Number(next) })}
      />
      <TextInput
        type="date"
        aria-label="Up to the day"
        value={/^\d{4}-\d\d-\d\d$/.test(end) ? end : today}
        max={today}
        error={useFieldError('dateRange.date_to')}
        onChange={({ currentTarget: { value } }) =>
          onChange({
            ...query,
            dateRange: value === today || value === '' ? undefined : { date_to: value },
          })
        }
      />
      <UnitSelect query={query} onChange={onChange} />
      <Select
        aria-label="Who begins"
        data={TYPES}
        value={filter.retentionType ?? 'retention_recurring'}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(next) => next && set({ retentionType: next as Filter['retentionType'] })}
      />
      <Select
        aria-label="How intervals are counted"
        data={WINDOWS}
        value={filter.timeWindowMode ?? 'strict_calendar_dates'}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(next) => next && set({ timeWindowMode: next as Filter['timeWindowMode'] })}
      />
    </>
  );
}
