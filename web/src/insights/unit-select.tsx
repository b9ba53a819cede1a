// Who is counted.
import { Select } from '@mantine/core';
import { pluralOf } from '../targeting/names.ts';
import { useNames } from '../targeting/use-names.ts';
import styles from './explorer.module.css';
import { type Countable, countedBy, unitOf } from './units.ts';

type UnitSelectProps<Q extends Countable> = {
  readonly query: Q;
  readonly onChange: (query: Q) => void;
};

export function UnitSelect<Q extends Countable>({ query, onChange }: UnitSelectProps<Q>) {
  const types = useNames().groupTypes ?? [];
  const unit = unitOf(query);
  const choices = [
    { value: 'people', label: 'of people' },
    ...(query.kind === 'FunnelsQuery' ? [{ value: 'sessions', label: 'of sessions' }] : []),
    ...types.flatMap((name, index) =>
      name === undefined ? [] : [{ value: `group:${index}`, label: `of ${pluralOf(name)}` }],
    ),
  ];
  const isKnown = choices.some(({ value }) => value === unit);
  if (choices.length === 1 && isKnown) return null;
  return (
    <Select
      aria-label="Who is counted"
      data={isKnown ? choices : [...choices, { value: unit, label: 'of groups' }]}
      value={unit}
      allowDeselect={false}
      className={styles.smallTool ?? ''}
      onChange={(next) => next && onChange(countedBy(query, next))}
    />
  );
}
