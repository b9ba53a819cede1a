// The name of a property: free text, with what is known in the environment to choose from.
import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventPropertiesQuery } from '../api/known-events.ts';
import { propertyNamesQuery } from '../api/properties.ts';
import { useScope } from '../api/session.ts';
import type { ConditionPartProps } from './condition-part.ts';
import { useFieldError } from './form-errors.tsx';

/** Of people: what SDKs set by themselves, and what nearly every team sets, before any of it is seen. */
const USUAL_NAMES = [
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
/** Of events: what posthog-js sends with each. */
const EVENT_NAMES = ['$current_url', '$pathname', '$browser', '$os', '$device_type', '$referrer'];
/** A longer list is searched by typing. */
const MAX_SHOWN = 60;

export function PropertyNameInput({ condition, attr, onChange }: ConditionPartProps) {
  const [isWanted, setWanted] = useState(false);
  const { groupTypeIndex, type, key } = condition;
  const scope = useScope();
  const ofEvents = useQuery({
    ...eventPropertiesQuery(scope, null),
    enabled: isWanted && type === 'event',
  });
  const ofPeople = useQuery({
    ...propertyNamesQuery(scope, type === 'group' ? groupTypeIndex : null),
    enabled: isWanted && type !== 'event',
  });
  const known =
    type === 'event' ? (ofEvents.data ?? []).map(({ name }) => name) : (ofPeople.data ?? []);
  const usual = type === 'group' ? ['$group_key'] : type === 'event' ? EVENT_NAMES : USUAL_NAMES;
  const others = usual.filter((name) => !known.includes(name));
  return (
    <Autocomplete
      aria-label="Property"
      placeholder={type === 'person' ? 'email' : 'name'}
      data={[
        ...(known.length > 0 ? [{ group: 'Known here', items: [...known] }] : []),
        { group: 'Usual', items: others },
      ]}
      value={key}
      error={useFieldError(`${attr}.key`)}
      limit={MAX_SHOWN}
      maxDropdownHeight={320}
      comboboxProps={{ width: 280, position: 'bottom-start' }}
      onFocus={() => setWanted(true)}
      onChange={(next) => onChange({ ...condition, key: next })}
    />
  );
}
