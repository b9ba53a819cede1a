// One condition: what it is about, and what must be true of that.
import { Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Operator } from 'serin/flags/flag';
import { EVENT_OPERATORS } from 'serin/metrics/guardrail';
import { IconAction } from '../ui/icon-action.tsx';
import { CohortCondition } from './cohort-condition.tsx';
import { storedFrom, withOperator } from './condition-draft.ts';
import type { ConditionPartProps } from './condition-part.ts';
import { propertyWords } from './condition-words.ts';
import { FlagCondition } from './flag-condition.tsx';
import { useFieldError } from './form-errors.tsx';
import { OPERATOR_GROUPS, wordsOf } from './operators.ts';
import { PropertyNameInput } from './property-name-input.tsx';
import { type Subjects, SubjectSelect } from './subject-select.tsx';
import styles from './targeting.module.css';
import { ValueInput } from './value-input.tsx';

const choicesOf = (isOffered: (operator: Operator) => boolean) =>
  OPERATOR_GROUPS.map(({ name, operators }) => ({
    group: name,
    items: operators
      .filter(({ operator }) => isOffered(operator))
      .map(({ operator, words }) => ({ value: operator, label: words })),
  })).filter(({ items }) => items.length > 0);

const OPERATOR_CHOICES = choicesOf(() => true);
/** What guardrails compare properties of their events by. */
const GUARDRAIL_OPERATORS: ReadonlySet<string> = new Set(EVENT_OPERATORS);
const GUARDRAIL_CHOICES = choicesOf((operator) => GUARDRAIL_OPERATORS.has(operator));

/** There is nothing to choose from. */
const ONE_SUBJECT: ReadonlySet<Subjects> = new Set(['people', 'groups', 'event-properties']);

type ConditionRowProps = ConditionPartProps & {
  readonly isFirst: boolean;
  readonly subjects: Subjects;
  readonly onRemove: () => void;
};

export function ConditionRow(props: ConditionRowProps) {
  const { condition, attr, isFirst, subjects, onChange, onRemove } = props;
  const hasChoice = !ONE_SUBJECT.has(subjects);
  const word = isFirst ? 'if' : 'and';
  return (
    <div
      className={`${styles.condition} ${hasChoice ? styles.anySubject : ''}`}
      role="group"
      aria-label={`Condition on ${condition.label ?? condition.key}`}
    >
      <span className={styles.conditionWord}>
        {condition.original?.negation ? `${word} not` : word}
      </span>
      {hasChoice && <SubjectSelect condition={condition} subjects={subjects} onChange={onChange} />}
      <ConditionParts condition={condition} attr={attr} subjects={subjects} onChange={onChange} />
      <IconAction size={34} label="Remove condition" onClick={onRemove}>
        <IconX size={16} />
      </IconAction>
    </div>
  );
}

type PartsProps = ConditionPartProps & { readonly subjects: Subjects };

function ConditionParts(props: PartsProps) {
  switch (props.condition.type) {
    case 'flag':
      return <FlagCondition {...props} />;
    case 'cohort':
      return <CohortCondition {...props} />;
    case 'person':
    case 'event':
    case 'group':
      return wordsOf(props.condition.operator).kind === 'other' ? (
        <Fixed {...props} />
      ) : (
        <PropertyCondition {...props} />
      );
  }
}

/** A condition that can be read and removed, but not edited here. */
function Fixed({ condition }: ConditionPartProps) {
  return <span className={styles.conditionFixed}>{propertyWords(storedFrom(condition))}</span>;
}

function PropertyCondition({ condition, attr, subjects, onChange }: PartsProps) {
  const operatorError = useFieldError(`${attr}.operator`);
  const valueError = useFieldError(`${attr}.value`);
  return (
    <>
      <PropertyNameInput condition={condition} attr={attr} onChange={onChange} />
      <Select
        aria-label="Comparison"
        data={subjects === 'event-properties' ? GUARDRAIL_CHOICES : OPERATOR_CHOICES}
        value={condition.operator}
        error={operatorError}
        onChange={(next) => next && onChange(withOperator(condition, next as Operator))}
        searchable
        allowDeselect={false}
        maxDropdownHeight={320}
        comboboxProps={{ width: 240, position: 'bottom-start' }}
      />
      {wordsOf(condition.operator).kind !== 'none' && (
        <div className={styles.conditionValue}>
          <ValueInput
            condition={condition}
            error={valueError}
            onChange={(value) => onChange({ ...condition, value })}
          />
        </div>
      )}
    </>
  );
}
