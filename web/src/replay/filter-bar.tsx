// What narrows the list of recordings: chips to press, change and take away, a menu to add, time and order.
import { Button, Menu, Select, UnstyledButton } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Scope } from '../api/session.ts';
import { RangeInput } from '../insights/range-input.tsx';
import { todayIn } from '../insights/range.ts';
import { useNames } from '../targeting/use-names.ts';
import { ConditionDialog } from './condition-dialog.tsx';
import { blank, conditionWords, isPlain, type Kind, MENU } from './condition-words.ts';
import { type Condition, type Order, ORDERS, type RecordingFilter } from './filter.ts';
import styles from './recordings.module.css';
import { SavedFilters } from './saved-filters.tsx';

type FilterBarProps = {
  readonly scope: Scope;
  readonly filter: RecordingFilter;
  readonly onChange: (filter: RecordingFilter) => void;
};

export function FilterBar({ scope, filter, onChange }: FilterBarProps) {
  const { date_from, date_to, order = 'start_time' } = filter;
  return (
    <search className={styles.bar} aria-label="Recordings">
      <div className={styles.tools}>
        <AddFilter filter={filter} onChange={onChange} />
        <RangeInput
          label="Time"
          none="All that is kept"
          range={{ date_from, date_to }}
          today={todayIn(scope.project.timezone)}
          onChange={(range) =>
            onChange({
              ...filter,
              date_from: range.date_from === 'all' ? undefined : (range.date_from ?? undefined),
              date_to: range.date_to ?? undefined,
            })
          }
        />
        <Select
          aria-label="Order"
          data={ORDERS}
          value={order}
          allowDeselect={false}
          className={styles.order ?? ''}
          onChange={(next) => next && onChange({ ...filter, order: next as Order })}
        />
        <SavedFilters scope={scope} filter={filter} onChange={onChange} />
      </div>
      <Chips filter={filter} onChange={onChange} />
    </search>
  );
}

type PartProps = Omit<FilterBarProps, 'scope'>;

function AddFilter({ filter, onChange }: PartProps) {
  const [asked, setAsked] = useState<Kind | null>(null);
  const add = (condition: Condition) => {
    onChange({ ...filter, conditions: [...(filter.conditions ?? []), condition] });
    setAsked(null);
  };
  return (
    <>
      <Menu position="bottom-start" width={280}>
        <Menu.Target>
          <Button leftSection={<IconPlus size={16} />}>Add filter</Button>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu ?? ''}>
          {MENU.map(({ group, kinds }) => (
            <div key={group}>
              <Menu.Label>{group}</Menu.Label>
              {kinds.map(({ kind, label }) => (
                <Menu.Item
                  key={kind}
                  onClick={() => (isPlain(kind) ? add(blank(kind)) : setAsked(kind))}
                >
                  {label}
                </Menu.Item>
              ))}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked !== null && (
        <ConditionDialog
          condition={blank(asked)}
          action="Add filter"
          onClose={() => setAsked(null)}
          onSave={add}
        />
      )}
    </>
  );
}

function Chips({ filter, onChange }: PartProps) {
  const names = useNames();
  const [edited, setEdited] = useState<number | null>(null);
  const { conditions = [], match = 'all' } = filter;
  const asked = edited === null ? undefined : conditions[edited];
  if (conditions.length === 0) return null;
  const put = (next: readonly Condition[]) => onChange({ ...filter, conditions: [...next] });
  return (
    <div className={styles.chips}>
      {conditions.length > 1 && (
        <Select
          aria-label="How filters count together"
          size="xs"
          data={[
            { value: 'all', label: 'All of' },
            { value: 'any', label: 'Any of' },
          ]}
          value={match}
          allowDeselect={false}
          className={styles.match ?? ''}
          onChange={(next) => next && onChange({ ...filter, match: next as 'all' | 'any' })}
        />
      )}
      <ul className={styles.chipList} aria-label="Filters">
        {conditions.map((condition, place) => {
          const words = conditionWords(condition, names);
          return (
            // Chips are told apart by their place alone: two may say the same.
            <li key={place} className={styles.chip} data-negated={condition.negated === true}>
              <UnstyledButton
                className={styles.chipText ?? ''}
                aria-label={isPlain(condition.kind) ? `Turn around: ${words}` : `Change: ${words}`}
                onClick={() =>
                  isPlain(condition.kind)
                    ? put(conditions.with(place, { ...condition, negated: !condition.negated }))
                    : setEdited(place)
                }
              >
                {words}
              </UnstyledButton>
              <UnstyledButton
                className={styles.chipRemove ?? ''}
                aria-label={`Remove: ${words}`}
                onClick={() => put(conditions.toSpliced(place, 1))}
              >
                <IconX size={14} aria-hidden />
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
      {asked && edited !== null && (
        <ConditionDialog
          condition={asked}
          action="Apply"
          onClose={() => setEdited(null)}
          onSave={(condition) => {
            put(conditions.with(edited, condition));
            setEdited(null);
          }}
        />
      )}
    </div>
  );
}
