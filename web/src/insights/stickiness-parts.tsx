// Stickiness: in how many intervals of a range people did something.
import { NumberInput, Select } from '@mantine/core';
import { useMemo } from 'react';
import { plainTicks } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { AnswerTable } from './answer-table.tsx';
import type { ToolsProps, ViewProps } from './editor.ts';
import styles from './explorer.module.css';
import { Legend } from './legend.tsx';
import { formatTick, formatValue } from './numbers.ts';
import type { StickinessQuery } from './query.ts';
import { CompareTool, IntervalTool, RangeTool } from './time-tools.tsx';
import { type Line, linesOf } from './trend-lines.ts';
import { peopleOfTrend } from './trend-people.ts';
import { trendTable } from './trend-table.ts';
import { useTyped } from './use-typed.ts';
import { UnitSelect } from './unit-select.tsx';
import { useShown } from './use-shown.ts';

type Filter = NonNullable<StickinessQuery['stickinessFilter']>;

const COUNTED = [
  { value: 'non_cumulative', label: 'In exactly so many' },
  { value: 'cumulative', label: 'In so many or more' },
];

export function StickinessTools({ query, today, onChange }: ToolsProps<StickinessQuery>) {
  const filter = query.stickinessFilter ?? {};
  const set = (change: Filter) =>
    onChange({ ...query, stickinessFilter: { ...filter, ...change } });
  return (
    <>
      <RangeTool query={query} today={today} onChange={onChange} />
      <IntervalTool query={query} onChange={onChange} />
      <CompareTool query={query} onChange={onChange} />
      <Select
        aria-label="How people are counted"
        data={COUNTED}
        value={filter.computedAs ?? 'non_cumulative'}
        allowDeselect={false}
        className={styles.tool ?? ''}
        onChange={(next) => next && set({ computedAs: next as Filter['computedAs'] })}
      />
      <UnitSelect query={query} onChange={onChange} />
      <OftenInput filter={filter} onChange={set} />
    </>
  );
}

/** How often in an interval, for it to count. */
function OftenInput({ filter, onChange }: { filter: Filter; onChange: (change: Filter) => void }) {
  const criteria = filter.stickinessCriteria;
  const stored = criteria?.value ?? 1;
  const [count, setCount] = useTyped(stored);
  const error = useFieldError('stickinessFilter.stickinessCriteria.value');
  const send = () => {
    const next = Number(count);
    if (!Number.isInteger(next) || next < 1 || next === stored) return;
    const operator = criteria?.operator ?? 'gte';
    const isUsual = next === 1 && operator === 'gte';
    onChange({ stickinessCriteria: isUsual ? undefined : { operator, value: next } });
  };
  return (
    <NumberInput
      aria-label="At least so often in each"
      prefix="at least "
      suffix=" ×"
      w={132}
      min={1}
      max={1_000_000}
      allowDecimal={false}
      value={count}
      error={error}
      onChange={setCount}
      onBlur={send}
      onKeyDown={(event) => event.key === 'Enter' && send()}
    />
  );
}

export function StickinessView({ query, answer, title, onPick }: ViewProps<StickinessQuery>) {
  const lines = useMemo(() => linesOf(query, answer), [query, answer]);
  const { shown, toggle } = useShown(lines);
  const days = (lines[0]?.days ?? []) as readonly number[];
  const interval = query.interval ?? 'day';
  const visible = lines.filter(({ group }) => shown.has(group));
  const nameOf = (step: number) => plural(days[step] ?? 0, interval);
  const pick =
    onPick &&
    ((line: Line, step: number | null) => {
      const picked = peopleOfTrend(query, line, step);
      if (picked) onPick(picked);
    });
  const table = trendTable(lines, interval, pick, { totalName: 'People', hasAverage: false });
  return (
    <>
      <Section>
        <TimeChart
          label={`${title}: people by the number of ${interval}s. The table below has the numbers.`}
          lines={visible}
          shape={visible.length === 1 ? 'bar' : 'line'}
          steps={days.length}
          ticks={(width, name) =>
            plainTicks(days.length, (step) => String(days[step] ?? ''), width, name)
          }
          longName={(step) => `People in ${nameOf(step)}`}
          format={formatValue}
          formatTick={formatTick}
          openFrom={days.length}
          onPick={pick && ((line, step) => pick(line as Line, step))}
        />
        <Legend lines={lines} shown={shown} onToggle={toggle} />
      </Section>
      <AnswerTable
        title={title}
        {...table}
        columns={table.columns.map((column, index) =>
          index < table.fixed ? column : { ...column, name: nameOf(index - table.fixed) },
        )}
      />
    </>
  );
}
