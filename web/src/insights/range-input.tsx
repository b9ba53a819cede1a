// A range of time: one of the usual ones, or days of one's own.
import { Select, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import styles from './explorer.module.css';
import type { Range } from './query.ts';
import { isOfDays, PRESETS, presetOf, rangeWords } from './range.ts';

type RangeInputProps = {
  readonly range: Range | null | undefined;
  /** The present day in the project's time zone. */
  readonly today: string;
  readonly label?: string;
  /** What no range means; left out where there is always one. */
  readonly none?: string;
  readonly onChange: (range: Range) => void;
};

const OWN = 'own';
/** A span that the list has not, from the API perhaps. */
const STORED = 'stored';
const NONE = 'none';

export function RangeInput(props: RangeInputProps) {
  const { range, today, label = 'Range', none, onChange } = props;
  const value = chosenOf(range, none);
  const problems = [
    useFieldError('dateRange'),
    useFieldError('dateRange.date_from'),
    useFieldError('dateRange.date_to'),
  ];
  const choose = (next: string | null) => {
    const chosen = PRESETS.find((one) => one.label === next);
    if (next === NONE) onChange({});
    else if (chosen)
      onChange({ date_from: chosen.from, ...(chosen.to ? { date_to: chosen.to } : {}) });
    else onChange({ date_from: dayOr(range?.date_from, monthBefore(today)), date_to: today });
  };
  return (
    <>
      <Select
        aria-label={label}
        data={[
          ...(none === undefined ? [] : [{ value: NONE, label: none }]),
          ...PRESETS.map((one) => ({ value: one.label, label: one.label })),
          ...(value === STORED ? [{ value: STORED, label: rangeWords(range) }] : []),
          { value: OWN, label: isOfDays(range) ? rangeWords(range) : 'Own days…' },
        ]}
        value={value}
        error={isOfDays(range) ? undefined : problems.find(Boolean)}
        allowDeselect={false}
        maxDropdownHeight={420}
        className={styles.tool ?? ''}
        onChange={choose}
      />
      {isOfDays(range) && <OwnDays range={range ?? {}} today={today} onChange={onChange} />}
    </>
  );
}

/** The entry of the list that a range is. */
function chosenOf(range: RangeInputProps['range'], none: string | undefined): string {
  if (none !== undefined && !range?.date_from && !range?.date_to) return NONE;
  return presetOf(range)?.label ?? (isOfDays(range) ? OWN : STORED);
}

type OwnDaysProps = Pick<RangeInputProps, 'today' | 'onChange'> & { readonly range: Range };

function OwnDays({ range, today, onChange }: OwnDaysProps) {
  const error = useFieldError('dateRange');
  const fromError = useFieldError('dateRange.date_from');
  const toError = useFieldError('dateRange.date_to');
  return (
    <div className={styles.days}>
      <TextInput
        type="date"
        aria-label="First day"
        value={dayOr(range.date_from, '')}
        max={today}
        error={error ?? fromError}
        onChange={({ currentTarget: { value } }) =>
          isDay(value) && onChange({ ...range, date_from: value })
        }
      />
      <span aria-hidden>–</span>
      <TextInput
        type="date"
        aria-label="Last day"
        value={dayOr(range.date_to, '')}
        max={today}
        error={toError ?? error !== undefined}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...range, date_to: isDay(value) ? value : undefined })
        }
      />
    </div>
  );
}

/** Years that are still being typed begin with zeros. */
const isDay = (text: string): boolean => /^[1-9]\d{3}-\d\d-\d\d$/.test(text);
const dayOr = (text: string | null | undefined, other: string): string =>
  text && isDay(text) ? text : other;

function monthBefore(day: string): string {
  return new Date(Date.parse(day) - 30 * 86_400_000).toISOString().slice(0, 10);
}
