// A moment to compare with: a day, a time, or so many units before now.
import { NumberInput, Select, TextInput } from '@mantine/core';
import styles from './targeting.module.css';
import type { ValuePartProps } from './condition-part.ts';

const KINDS = [
  { value: 'on', label: 'on a date' },
  { value: 'at', label: 'at a time (UTC)' },
  { value: 'h', label: 'hours ago' },
  { value: 'd', label: 'days ago' },
  { value: 'w', label: 'weeks ago' },
  { value: 'm', label: 'months ago' },
  { value: 'y', label: 'years ago' },
];
const RELATIVE = /^-?(\d+)([hdwmy])$/;
/** What a new relative date starts as. */
const USUAL_COUNT = 7;

/** `2026-11-20T10:00` of a time with any offset, in UTC, as the browser's input wants it. */
function utcMinutes(text: string): string {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? '' : new Date(atMs).toISOString().slice(0, 16);
}

export function DateInput({ text, onChange, error }: ValuePartProps) {
  const [, count, unit] = RELATIVE.exec(text) ?? [];
  const kind = unit ?? (text.includes('T') ? 'at' : 'on');
  const changeKind = (next: string | null) => {
    const day = kind === 'at' || kind === 'on' ? text.slice(0, 10) : '';
    if (next === 'on') onChange(day);
    else if (next === 'at') onChange(`${day}T${day ? '00:00:00Z' : ''}`);
    else onChange(`-${count ?? USUAL_COUNT}${next ?? 'd'}`);
  };
  return (
    <div className={styles.date}>
      {unit ? (
        <NumberInput
          aria-label="How long ago"
          min={1}
          max={9999}
          allowDecimal={false}
          value={Number(count)}
          error={error}
          onChange={(next) => onChange(`-${next || 1}${unit}`)}
        />
      ) : (
        <TextInput
          aria-label={kind === 'at' ? 'Time in UTC' : 'Date'}
          type={kind === 'at' ? 'datetime-local' : 'date'}
          value={kind === 'at' ? utcMinutes(text) : text.slice(0, 10)}
          error={error}
          onChange={({ currentTarget: { value } }) =>
            onChange(kind === 'at' ? `${value}${value ? ':00Z' : 'T'}` : value)
          }
        />
      )}
      <Select
        aria-label="Kind of date"
        data={KINDS}
        value={kind}
        onChange={changeKind}
        allowDeselect={false}
        comboboxProps={{ width: 170, position: 'bottom-end' }}
      />
    </div>
  );
}
