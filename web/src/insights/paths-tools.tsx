// What stands above paths.
import { Select } from '@mantine/core';
import type { ToolsProps } from './editor.ts';
import styles from './explorer.module.css';
import type { PathsQuery } from './query.ts';
import { RangeInput } from './range-input.tsx';
import { UnitSelect } from './unit-select.tsx';

const STEPS = ['3', '4', '5', '6', '8', '10'];
const DEFAULT_STEPS = 5;
const WAYS = ['20', '50', '100', '200'];
const DEFAULT_WAYS = 50;

export function PathsTools({ query, today, onChange }: ToolsProps<PathsQuery>) {
  const filter = query.pathsFilter;
  const steps = String(filter.stepLimit ?? DEFAULT_STEPS);
  const ways = String(filter.edgeLimit ?? DEFAULT_WAYS);
  const set = (change: PathsQuery['pathsFilter']) =>
    onChange({ ...query, pathsFilter: { ...filter, ...change } });
  return (
    <>
      <RangeInput
        range={query.dateRange}
        today={today}
        onChange={(dateRange) => onChange({ ...query, dateRange })}
      />
      <UnitSelect query={query} onChange={onChange} />
      <Select
        aria-label="Steps"
        data={[...new Set([...STEPS, steps])].map((value) => ({ value, label: `${value} steps` }))}
        value={steps}
        allowDeselect={false}
        className={styles.smallTool ?? ''}
        onChange={(next) => next && set({ stepLimit: Number(next) })}
      />
      <Select
        aria-label="Ways"
        data={[...new Set([...WAYS, ways])].map((value) => ({
          value,
          label: `${value} busiest ways`,
        }))}
        value={ways}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(next) => next && set({ edgeLimit: Number(next) })}
      />
    </>
  );
}
