// A condition on being in a cohort, or not.
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { cohortsQuery } from '../api/cohorts.ts';
import { useScope } from '../api/session.ts';
import { textOf } from './condition-draft.ts';
import type { ConditionPartProps } from './condition-part.ts';
import { useFieldError } from './form-errors.tsx';
import styles from './targeting.module.css';

const COMPARISONS = [
  { value: 'in', label: 'is in' },
  { value: 'not_in', label: 'is not in' },
] as const;

export function CohortCondition({ condition, attr, onChange }: ConditionPartProps) {
  const { data, isSuccess } = useQuery(cohortsQuery(useScope()));
  const { operator, label, value } = condition;
  const cohorts = data?.results ?? [];
  const chosen = textOf(value) || null;
  const choices = cohorts.map(({ id, name }) => ({ value: String(id), label: name }));
  const isListed = chosen === null || choices.some((choice) => choice.value === chosen);
  const choose = (id: string | null) => {
    const cohort = cohorts.find((candidate) => String(candidate.id) === id);
    if (cohort) onChange({ ...condition, value: cohort.id, label: cohort.name });
  };
  return (
    <>
      <Select
        aria-label="Comparison"
        data={COMPARISONS}
        value={operator === 'not_in' ? 'not_in' : 'in'}
        error={useFieldError(`${attr}.operator`)}
        allowDeselect={false}
        onChange={(next) => next && onChange({ ...condition, operator: next })}
      />
      <div className={styles.cohort}>
        <Select
          aria-label="Cohort"
          placeholder={isSuccess && cohorts.length === 0 ? 'No cohorts yet' : 'Choose a cohort'}
          data={isListed ? choices : [...choices, { value: chosen, label: label ?? chosen }]}
          value={chosen}
          error={useFieldError(`${attr}.value`)}
          searchable
          allowDeselect={false}
          maxDropdownHeight={320}
          nothingFoundMessage="No such cohort"
          onChange={choose}
        />
      </div>
    </>
  );
}
