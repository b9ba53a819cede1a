// A condition on what another flag came out as.
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { flagsQuery } from '../api/flags.ts';
import { useScope } from '../api/session.ts';
import type { ConditionPartProps } from './condition-part.ts';
import { useFieldError } from './form-errors.tsx';
import styles from './targeting.module.css';

/** Values as texts of a menu; a variant could be called `true`, so its text is set apart. */
const valueChoice = (value: unknown): string =>
  typeof value === 'string' ? `variant:${value}` : String(value);
const valueOf = (choice: string): boolean | string =>
  choice.startsWith('variant:') ? choice.slice('variant:'.length) : choice === 'true';

export function FlagCondition({ condition, attr, onChange }: ConditionPartProps) {
  const { data } = useQuery(flagsQuery(useScope()));
  const { key, label, value } = condition;
  const flags = data?.results ?? [];
  const target = flags.find((flag) => String(flag.id) === key || flag.key === key);
  const choices = flags.map((flag) => ({ value: String(flag.id), label: flag.key }));
  const chosen = target ? String(target.id) : key || null;
  const isListed = chosen === null || choices.some((choice) => choice.value === chosen);
  const variants = (target?.filters.multivariate?.variants ?? []).map((variant) => variant.key);
  const known = typeof value === 'string' && !variants.includes(value) ? [value] : [];
  const choose = (id: string | null) => {
    const flag = flags.find((candidate) => String(candidate.id) === id);
    if (flag) onChange({ ...condition, key: String(flag.id), label: flag.key, value: true });
  };
  return (
    <>
      <div className={styles.flagKey}>
        <Select
          aria-label="Flag"
          placeholder="Choose a flag"
          data={isListed ? choices : [...choices, { value: chosen, label: label ?? key }]}
          value={chosen}
          error={useFieldError(`${attr}.key`)}
          searchable
          allowDeselect={false}
          maxDropdownHeight={320}
          nothingFoundMessage="No other flag"
          onChange={choose}
        />
      </div>
      <Select
        className={styles.conditionValue ?? ''}
        aria-label="Must be"
        data={[
          { value: 'true', label: variants.length > 0 ? 'is on (any variant)' : 'is on' },
          { value: 'false', label: 'is off' },
          ...[...variants, ...known].map((variant) => ({
            value: `variant:${variant}`,
            label: `is ${variant}`,
          })),
        ]}
        value={valueChoice(value)}
        error={useFieldError(`${attr}.value`)}
        allowDeselect={false}
        onChange={(choice) => choice && onChange({ ...condition, value: valueOf(choice) })}
      />
    </>
  );
}
