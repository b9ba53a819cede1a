// Values that a property has in the environment, asked for while somebody types one.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventValuesQuery } from '../api/known-events.ts';
import { propertyValuesQuery } from '../api/properties.ts';
import { useScope } from '../api/session.ts';
import type { ConditionDraft } from './condition-draft.ts';

/** 200 ms: between the strokes of somebody who types, nothing is asked. */
const PAUSE_MS = 200;

/** Suggestions for `typed`; nothing is asked before the field has been entered. */
export function useKnownValues(condition: ConditionDraft, typed: string) {
  const [isWanted, setWanted] = useState(false);
  const [part] = useDebouncedValue(typed.trim().slice(0, 200), PAUSE_MS);
  const { key, type, groupTypeIndex } = condition;
  // Every distinct id is another one: a list of some would only mislead.
  const isListable = key.trim() !== '' && key.trim() !== 'distinct_id';
  const property = { key: key.trim(), groupTypeIndex: type === 'group' ? groupTypeIndex : null };
  const scope = useScope();
  const ofEvents = useQuery({
    ...eventValuesQuery(scope, property.key, part),
    enabled: isWanted && isListable && type === 'event',
    placeholderData: keepPreviousData,
  });
  const ofPeople = useQuery({
    ...propertyValuesQuery(scope, property, part),
    enabled: isWanted && isListable && type !== 'event',
    placeholderData: keepPreviousData,
  });
  const { data = [] } = type === 'event' ? ofEvents : ofPeople;
  return { values: isListable ? data : [], onFocus: () => setWanted(true) };
}
