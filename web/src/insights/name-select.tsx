// One name out of many: what is known is offered, anything else may be typed.
import { Select } from '@mantine/core';
import { useState } from 'react';

type NameGroup = { readonly group: string; readonly items: readonly NameItem[] };
type NameItem = { readonly value: string; readonly label: string };

type NameSelectProps = {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string | null;
  /** What the chosen value is called, where no group has it. */
  readonly valueLabel?: string;
  readonly groups: readonly NameGroup[];
  /** What becomes of a text that is in no group. */
  readonly typed: (text: string) => NameItem;
  readonly error?: string | undefined;
  readonly isClearable?: boolean;
  readonly className?: string | undefined;
  readonly onSearch?: (text: string) => void;
  readonly onFocus?: () => void;
  readonly onChange: (value: string | null) => void;
};

/** A longer list is searched by typing. */
const MAX_SHOWN = 80;

export function NameSelect(props: NameSelectProps) {
  const { label, placeholder, value, valueLabel, groups, typed, error, onSearch } = props;
  const [search, setSearch] = useState('');
  const known = new Map(groups.flatMap(({ items }) => items).map((item) => [item.value, item]));
  const chosen = value !== null && !known.has(value) ? [{ value, label: valueLabel ?? value }] : [];
  const text = search.trim();
  const labels = new Set([...known.values(), ...chosen].map((item) => item.label));
  const own = text !== '' && !labels.has(text) ? [typed(text)] : [];
  const extra = [...chosen, ...own].filter(({ value: one }) => !known.has(one));
  return (
    <Select
      aria-label={label}
      placeholder={placeholder ?? label}
      data={[
        ...(extra.length > 0 ? [{ group: 'As typed', items: extra }] : []),
        ...groups
          .filter(({ items }) => items.length > 0)
          .map((one) => ({
            group: one.group,
            items: [...one.items],
          })),
      ]}
      value={value}
      error={error}
      searchable
      clearable={props.isClearable === true}
      allowDeselect={false}
      limit={MAX_SHOWN}
      maxDropdownHeight={340}
      className={props.className ?? ''}
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      nothingFoundMessage="Nothing known by that name"
      onSearchChange={(next) => {
        setSearch(next);
        onSearch?.(next);
      }}
      onFocus={props.onFocus}
      onChange={props.onChange}
    />
  );
}
