// What stands above the chart of a trend.
import { Select } from '@mantine/core';
import { DISPLAYS, type Display, displayOf, shapeOf } from './displays.ts';
import type { ToolsProps } from './editor.ts';
import styles from './explorer.module.css';
import type { TrendsQuery } from './query.ts';
import { CompareTool, IntervalTool, RangeTool } from './time-tools.tsx';

export function TrendsTools(props: ToolsProps<TrendsQuery>) {
  const { query, today, onChange } = props;
  const display = displayOf(query);
  return (
    <>
      <RangeTool query={query} today={today} onChange={onChange} />
      {shapeOf(display) && <IntervalTool query={query} onChange={onChange} />}
      <CompareTool query={query} onChange={onChange} />
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
