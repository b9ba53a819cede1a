// What stands above the chart of a trend.
import { Select } from '@mantine/core';
import { DISPLAYS, type Display, displayOf, shapeOf } from './displays.ts';
import type { EditorProps } from './editor.ts';
import styles from './explorer.module.css';
import type { TrendsQuery } from './query.ts';
import { fittingInterval } from './range.ts';
import { RangeInput } from './range-input.tsx';
import { CompareSelect, IntervalSelect } from './time-tools.tsx';

export function TrendsTools(props: EditorProps<TrendsQuery> & { readonly today: string }) {
  const { query, today, onChange } = props;
  const display = displayOf(query);
  return (
    <>
      <RangeInput
        range={query.dateRange}
        today={today}
        onChange={(dateRange) =>
          onChange({ ...query, dateRange, interval: fittingInterval(dateRange, query.interval) })
        }
      />
      {shapeOf(display) && (
        <IntervalSelect
          range={query.dateRange}
          interval={query.interval}
          onChange={(interval) => onChange({ ...query, interval })}
        />
      )}
      <CompareSelect
        compare={query.compareFilter}
        onChange={(compareFilter) => onChange({ ...query, compareFilter })}
      />
      <Select
        aria-label="Display"
        data={DISPLAYS.map((one) => ({ value: one.display, label: one.label }))}
        value={display}
        allowDeselect={false}
        className={styles.smallTool ?? ''}
        onChange={(next) =>
          next &&
          onChange({
            ...query,
            trendsFilter: { ...query.trendsFilter, display: next as Display },
          })
        }
      />
    </>
  );
}
