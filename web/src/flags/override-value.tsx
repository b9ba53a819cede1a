// What a flag can be forced to be: on, off, or one of its variants.
import { Select } from '@mantine/core';
import type { Flag } from '../api/flags.ts';

/** Stands for false among variant keys; no key holds a space. */
const OFF = 'off ';
const ON = 'on ';

type Props = {
  readonly flag: Pick<Flag, 'filters'>;
  readonly value: boolean | string;
  readonly label: string;
  readonly onChange: (value: boolean | string) => void;
};

export function overrideWords(value: boolean | string): string {
  if (typeof value === 'string') return value;
  return value ? 'On' : 'Off';
}

/** The first value that makes sense: on, or the first variant. */
export function firstOverride(flag: Props['flag']): boolean | string {
  return flag.filters.multivariate?.variants[0]?.key ?? true;
}

export function OverrideValue({ flag, value, label, onChange }: Props) {
  const variants = flag.filters.multivariate?.variants ?? [];
  const on =
    variants.length > 0
      ? variants.map(({ key }) => ({ value: key, label: key }))
      : [{ value: ON, label: 'On' }];
  return (
    <Select
      label={label}
      data={[...on, { value: OFF, label: 'Off' }]}
      value={typeof value === 'string' ? value : value ? ON : OFF}
      allowDeselect={false}
      onChange={(choice) => {
        if (choice === OFF) onChange(false);
        else if (choice === ON) onChange(true);
        else if (choice !== null) onChange(choice);
      }}
    />
  );
}
