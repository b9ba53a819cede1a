// What stands above a funnel: how steps follow each other, how long people have, and what is shown.
import { Group, NumberInput, Select } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { ToolsProps } from './editor.ts';
import styles from './explorer.module.css';
import type { FunnelsQuery } from './query.ts';
import { IntervalTool, RangeTool } from './time-tools.tsx';
import { useTyped } from './use-typed.ts';
import { UnitSelect } from './unit-select.tsx';

type Filter = NonNullable<FunnelsQuery['funnelsFilter']>;
const VIEWS = [
  { value: 'steps', label: 'Steps' },
  { value: 'time_to_convert', label: 'Time to convert' },
  { value: 'trends', label: 'Change over time' },
];
const ORDERS = [
  { value: 'ordered', label: 'In this order' },
  { value: 'strict', label: 'With nothing between' },
  { value: 'unordered', label: 'In any order' },
];
const UNITS = ['minute', 'hour', 'day', 'week', 'month'];
const DEFAULT_WINDOW = 14;

export function FunnelTools({ query, today, onChange }: ToolsProps<FunnelsQuery>) {
  const filter = query.funnelsFilter ?? {};
  const set = (change: Filter) => onChange({ ...query, funnelsFilter: { ...filter, ...change } });
  const orderError = useFieldError('funnelsFilter.funnelOrderType');
  return (
    <>
      <RangeTool query={query} today={today} onChange={onChange} />
      <Select
        aria-label="What is shown"
        data={VIEWS}
        value={filter.funnelVizType ?? 'steps'}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(view) => view && onChange(viewedAs(query, view as View))}
      />
      {filter.funnelVizType === 'trends' && <IntervalTool query={query} onChange={onChange} />}
      <Select
        aria-label="Order of steps"
        data={ORDERS}
        value={filter.funnelOrderType ?? 'ordered'}
        error={orderError}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(order) => order && set({ funnelOrderType: order as Filter['funnelOrderType'] })}
      />
      <UnitSelect query={query} onChange={onChange} />
      <WindowInput filter={filter} onChange={set} />
      {query.breakdownFilter && <Attribution query={query} filter={filter} onChange={set} />}
    </>
  );
}

type View = NonNullable<Filter['funnelVizType']>;

/** The time to convert is not broken down. */
function viewedAs(query: FunnelsQuery, view: View): FunnelsQuery {
  const next = { ...query, funnelsFilter: { ...query.funnelsFilter, funnelVizType: view } };
  return view === 'time_to_convert' ? { ...next, breakdownFilter: undefined } : next;
}

type PartProps = { readonly filter: Filter; readonly onChange: (change: Filter) => void };

/** How long people have from the first step to the last. */
function WindowInput({ filter, onChange }: PartProps) {
  const stored = filter.funnelWindowInterval ?? DEFAULT_WINDOW;
  const unit = filter.funnelWindowIntervalUnit ?? 'day';
  const [count, setCount] = useTyped(stored);
  const error = useFieldError('funnelsFilter.funnelWindowInterval');
  const send = () => {
    const next = Number(count);
    if (Number.isInteger(next) && next >= 1 && next !== stored) {
      onChange({ funnelWindowInterval: next });
    }
  };
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" role="group" aria-label="Time to convert">
      <span className={styles.toolWord}>within</span>
      <NumberInput
        aria-label="Length of the window"
        w={72}
        min={1}
        max={100_000}
        allowDecimal={false}
        hideControls
        value={count}
        error={error}
        onChange={setCount}
        onBlur={send}
        onKeyDown={(event) => event.key === 'Enter' && send()}
      />
      <Select
        aria-label="Unit of the window"
        data={[...new Set([...UNITS, unit])].map((value) => ({ value, label: `${value}s` }))}
        value={unit}
        allowDeselect={false}
        w={108}
        onChange={(next) =>
          next && onChange({ funnelWindowIntervalUnit: next as Filter['funnelWindowIntervalUnit'] })
        }
      />
    </Group>
  );
}

/** Which of several values that somebody had on their way counts. */
function Attribution({ query, filter, onChange }: PartProps & { readonly query: FunnelsQuery }) {
  const type = filter.breakdownAttributionType ?? 'first_touch';
  const value = type === 'step' ? `step:${filter.breakdownAttributionValue ?? 0}` : type;
  return (
    <Select
      aria-label="Which value counts"
      data={[
        { value: 'first_touch', label: 'First value seen' },
        { value: 'last_touch', label: 'Last value seen' },
        { value: 'all_events', label: 'Same at all steps' },
        ...query.series.map((_, step) => ({
          value: `step:${step}`,
          label: `Value at step ${step + 1}`,
        })),
      ]}
      value={value}
      error={useFieldError('funnelsFilter.breakdownAttributionValue')}
      allowDeselect={false}
      className={styles.tool ?? ''}
      onChange={(next) => next && onChange(attributed(next))}
    />
  );
}

function attributed(value: string): Filter {
  const [type, step] = value.split(':');
  return {
    breakdownAttributionType: type as Filter['breakdownAttributionType'],
    breakdownAttributionValue: step === undefined ? undefined : Number(step),
  };
}
