// One condition: property, comparison, value.
import { ActionIcon, Autocomplete, Select, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Operator } from 'serin/flags/flag';
import { type ConditionDraft, propertyFrom, withOperator } from './condition-draft.ts';
import styles from './targeting.module.css';
import { useFieldError } from './form-errors.tsx';
import { OPERATOR_GROUPS, wordsOf } from './operators.ts';
import { ValueInput } from './value-input.tsx';
import { propertyWords } from './condition-words.ts';

/** Properties that the SDKs set by themselves, and the two that nearly every team sets. */
const KNOWN_PROPERTIES = [
  'email',
  'plan',
  'distinct_id',
  '$browser',
  '$browser_version',
  '$os',
  '$os_version',
  '$device_type',
  '$app_version',
  '$initial_referring_domain',
  '$initial_utm_source',
  '$initial_current_url',
];

const OPERATOR_CHOICES = OPERATOR_GROUPS.map(({ name, operators }) => ({
  group: name,
  items: operators.map(({ operator, words }) => ({ value: operator, label: words })),
}));

type ConditionRowProps = {
  readonly condition: ConditionDraft;
  /** Where the condition stands, as the server names it. */
  readonly attr: string;
  readonly isFirst: boolean;
  readonly onChange: (condition: ConditionDraft) => void;
  readonly onRemove: () => void;
};

export function ConditionRow({ condition, attr, isFirst, onChange, onRemove }: ConditionRowProps) {
  const keyError = useFieldError(`${attr}.key`);
  const operatorError = useFieldError(`${attr}.operator`);
  const valueError = useFieldError(`${attr}.value`);
  const remove = (
    <Tooltip label="Remove condition">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label="Remove condition"
        onClick={onRemove}
      >
        <IconX size={16} />
      </ActionIcon>
    </Tooltip>
  );
  const word = <span className={styles.conditionWord}>{isFirst ? 'if' : 'and'}</span>;
  if (wordsOf(condition.operator).kind === 'other' || condition.type === 'cohort') {
    return (
      <div className={styles.condition}>
        {word}
        <span className={styles.conditionFixed}>{propertyWords(propertyFrom(condition))}</span>
        {remove}
      </div>
    );
  }
  return (
    <div className={styles.condition} role="group" aria-label={`Condition on ${condition.key}`}>
      {word}
      <Autocomplete
        aria-label="Property"
        placeholder="email"
        data={KNOWN_PROPERTIES}
        value={condition.key}
        error={keyError}
        onChange={(key) => onChange({ ...condition, key })}
      />
      <Select
        aria-label="Comparison"
        data={OPERATOR_CHOICES}
        value={condition.operator}
        error={operatorError}
        onChange={(next) => next && onChange(withOperator(condition, next as Operator))}
        searchable
        allowDeselect={false}
        maxDropdownHeight={320}
        comboboxProps={{ width: 240, position: 'bottom-start' }}
      />
      <ValueInput
        condition={condition}
        error={valueError}
        onChange={(value) => onChange({ ...condition, value })}
      />
      {remove}
    </div>
  );
}
