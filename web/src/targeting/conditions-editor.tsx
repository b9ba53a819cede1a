// A list of conditions that must all hold.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ConditionDraft, newCondition } from './condition-draft.ts';
import { ConditionRow } from './condition-row.tsx';
import type { Subjects } from './subject-select.tsx';
import styles from './targeting.module.css';

type ConditionsEditorProps = {
  /** Where the list stands, as the server names it: `filters.groups.0`. */
  readonly attr: string;
  readonly conditions: readonly ConditionDraft[];
  readonly onChange: (conditions: readonly ConditionDraft[]) => void;
  /** The button while the list is empty. */
  readonly addFirst?: string;
  /** What conditions may be about. */
  readonly subjects?: Subjects;
  /** Name of the list, as the server has it. */
  readonly listName?: 'properties' | 'values';
};

function firstSubject(subjects: Subjects): 'person' | 'group' | 'event' {
  if (subjects === 'groups') return 'group';
  return subjects.startsWith('event') ? 'event' : 'person';
}

export function ConditionsEditor(props: ConditionsEditorProps) {
  const { attr, conditions, onChange, addFirst = 'Add condition' } = props;
  const { subjects = 'people', listName = 'properties' } = props;
  return (
    <div className={styles.list}>
      {conditions.map((condition, row) => (
        <ConditionRow
          key={condition.id}
          condition={condition}
          attr={`${attr}.${listName}.${row}`}
          isFirst={row === 0}
          subjects={subjects}
          onChange={(next) => onChange(conditions.with(row, next))}
          onRemove={() => onChange(conditions.toSpliced(row, 1))}
        />
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...conditions, newCondition(firstSubject(subjects))])}
        >
          {conditions.length === 0 ? addFirst : 'Add condition'}
        </Button>
      </div>
    </div>
  );
}
