// What a question is broken down by: the variant of a flag in one press, or any property.
import { Select } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { cohortsQuery } from '../api/cohorts.ts';
import { flagListQuery } from '../api/flag-list.ts';
import { eventPropertiesQuery } from '../api/known-events.ts';
import { propertyNamesQuery } from '../api/properties.ts';
import { type Scope, useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import { breakdownOfChoice, choiceOf, groupChoice } from './breakdown-choice.ts';
import styles from './explorer.module.css';
import { NameSelect } from './name-select.tsx';
import { type Breakdown, brokenBy, byFlag, flagOf } from './query.ts';
import { QuickFlags } from './quick-flags.tsx';

type BreakdownInputProps = {
  readonly breakdown: Breakdown | undefined;
  readonly onChange: (breakdown: Breakdown | undefined) => void;
};

const FEATURE = 'event:$feature/';
const LIMITS = ['5', '10', '25', '50', '100'];
const DEFAULT_LIMIT = '25';

export function BreakdownInput({ breakdown, onChange }: BreakdownInputProps) {
  const scope = useScope();
  const by = brokenBy(breakdown);
  const flag = flagOf(breakdown);
  const { flags, groups, onFocus } = useChoices(scope, by?.type === 'cohort');
  const choose = (value: string | null) =>
    onChange(value === null ? undefined : breakdownOfChoice(value));
  const limit = String(breakdown?.breakdown_limit ?? DEFAULT_LIMIT);
  return (
    <div className={styles.breakdown}>
      <NameSelect
        label="Break down by"
        placeholder="Break down by…"
        value={choiceOf(breakdown)}
        valueLabel={flag === undefined ? by?.key : `Flag ${flag}`}
        groups={groups}
        typed={(text) => ({ value: `event:${text}`, label: text })}
        error={useFieldError('breakdownFilter.breakdowns.0')}
        isClearable
        className={styles.grow}
        onFocus={onFocus}
        onChange={choose}
      />
      {breakdown && flag !== undefined && (
        <Select
          aria-label="Which value of the flag counts"
          data={[
            { value: 'event', label: 'as it was at the event' },
            { value: 'flag_exposure', label: 'as each person was first told' },
          ]}
          value={by?.type === 'flag_exposure' ? 'flag_exposure' : 'event'}
          allowDeselect={false}
          onChange={(type) =>
            onChange(
              type === 'flag_exposure'
                ? { breakdowns: [{ property: flag, type: 'flag_exposure' }] }
                : byFlag(flag),
            )
          }
        />
      )}
      {breakdown && flag === undefined && by?.type !== 'cohort' && (
        <Select
          aria-label="Values told apart"
          data={[...new Set([...LIMITS, limit])].map((value) => ({
            value,
            label: `${value} values`,
          }))}
          value={limit}
          allowDeselect={false}
          w={118}
          onChange={(value) => onChange({ ...breakdown, breakdown_limit: Number(value) })}
        />
      )}
      {!breakdown && (
        <QuickFlags
          flags={flags}
          verb="Break down by the flag"
          onChoose={({ key }) => onChange(byFlag(key))}
        />
      )}
    </div>
  );
}

/** @param isByCohort the chosen one is a cohort, whose name is shown at once */
function useChoices(scope: Scope, isByCohort: boolean) {
  const [isWanted, setWanted] = useState(false);
  const { data: flagPage } = useQuery(flagListQuery(scope, {}));
  const { groupTypes = [] } = useNames();
  const ofEvents = useQuery({ ...eventPropertiesQuery(scope, null), enabled: isWanted });
  const ofPeople = useQuery({ ...propertyNamesQuery(scope, null), enabled: isWanted });
  const ofGroups = useQueries({
    queries: groupTypes.map((_, index) => ({
      ...propertyNamesQuery(scope, index),
      enabled: isWanted,
    })),
  });
  const { data: cohorts } = useQuery({ ...cohortsQuery(scope), enabled: isWanted || isByCohort });
  const flags = flagPage?.results ?? [];
  const named = new Set(flags.map(({ key }) => `${FEATURE}${key}`));
  const items = (of: string, names: readonly string[]) =>
    names
      .map((name) => ({ value: `${of}:${name}`, label: name }))
      .filter(({ value }) => !named.has(value));
  const groups = [
    {
      group: 'Variant of a flag',
      items: flags.map(({ key }) => ({ value: `${FEATURE}${key}`, label: `Flag ${key}` })),
    },
    {
      group: 'Property of the event',
      items: items(
        'event',
        (ofEvents.data ?? []).map(({ name }) => name),
      ),
    },
    { group: 'Property of the person, as it is now', items: items('person', ofPeople.data ?? []) },
    {
      group: 'Cohort, and everybody',
      items: (cohorts?.results ?? []).map(({ id, name }) => ({
        value: `cohort:${id}`,
        label: `Cohort ${name}`,
      })),
    },
    ...groupTypes.flatMap((type, index) =>
      type === undefined
        ? []
        : [
            {
              group: `Property of the ${type}, as it is now`,
              items: ['$group_key', ...(ofGroups[index]?.data ?? [])].map((name) => ({
                value: groupChoice(index, name),
                label: name === '$group_key' ? `Key of the ${type}` : name,
              })),
            },
          ],
    ),
  ];
  return { flags, groups, onFocus: () => setWanted(true) };
}
