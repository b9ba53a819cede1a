// What a condition is about: a person, a group of some type, a cohort, or another flag.
import { Select } from '@mantine/core';
import { type ConditionDraft, type ConditionSubject, withSubject } from './condition-draft.ts';
import { groupTypeName, type Names } from './names.ts';
import { useNames } from './use-names.ts';

/** What conditions of a form may be about. */
export type Subjects =
  | 'people'
  | 'people-and-cohorts'
  /** Of the type that the list is about. */
  | 'groups'
  | 'any'
  | 'events'
  | 'event-properties';

type SubjectSelectProps = {
  readonly condition: ConditionDraft;
  readonly subjects: Subjects;
  readonly onChange: (condition: ConditionDraft) => void;
};

/** Text for a choice: `group:0` for groups, else the type. */
function choiceOf({ type, groupTypeIndex }: ConditionDraft): string {
  return type === 'group' ? `group:${groupTypeIndex ?? ''}` : type;
}

const COHORT = { value: 'cohort', label: 'cohort' };
const PEOPLE_AND_COHORTS = [{ value: 'person', label: 'person' }, COHORT];

function subjectOf(choice: string): ConditionSubject {
  const [type, index] = choice.split(':');
  if (type === 'group') return { type, groupTypeIndex: Number(index) };
  return { type: type as 'person' | 'event' | 'cohort' | 'flag' };
}

function choicesFor(condition: ConditionDraft, subjects: Subjects, names: Names) {
  if (subjects === 'people-and-cohorts') return PEOPLE_AND_COHORTS;
  const groups = (names.groupTypes ?? []).flatMap((name, index) =>
    name === undefined ? [] : [{ value: `group:${index}`, label: name }],
  );
  const choices = [
    ...(subjects === 'events' ? [{ value: 'event', label: 'event' }] : []),
    { value: 'person', label: 'person' },
    ...groups,
    COHORT,
    ...(subjects === 'any' ? [{ value: 'flag', label: 'flag' }] : []),
  ];
  const chosen = choiceOf(condition);
  if (choices.some(({ value }) => value === chosen)) return choices;
  // A group whose type the environment does not know (any more).
  const index = condition.groupTypeIndex;
  const label = index === null ? 'group' : groupTypeName(index, names);
  return [...choices, { value: chosen, label }];
}

export function SubjectSelect({ condition, subjects, onChange }: SubjectSelectProps) {
  return (
    <Select
      aria-label="About"
      data={choicesFor(condition, subjects, useNames())}
      value={choiceOf(condition)}
      allowDeselect={false}
      comboboxProps={{ width: 170, position: 'bottom-start' }}
      onChange={(choice) => choice && onChange(withSubject(condition, subjectOf(choice)))}
    />
  );
}
