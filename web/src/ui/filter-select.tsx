// One of the choices that narrow a list; none narrows nothing.
import { Select } from '@mantine/core';
import styles from './filter-select.module.css';

type FilterSelectProps = {
  readonly label: string;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
};

/** So many choices are found faster by typing. */
const SEARCHABLE_FROM = 10;

export function FilterSelect({ label, data, value, onChange }: FilterSelectProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={data}
      value={value ?? null}
      clearable
      searchable={data.length > SEARCHABLE_FROM}
      className={styles.filter ?? ''}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
