// A property of an event whose numbers are computed with.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventPropertiesQuery } from '../api/known-events.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { NameSelect } from './name-select.tsx';

type PropertySelectProps = {
  readonly event: string | null;
  readonly property: string | null;
  readonly attr: string;
  readonly className?: string | undefined;
  readonly onChange: (property: string) => void;
};

const itemOf = (name: string) => ({ value: name, label: name });
/** Computed by the server for each session. */
const SESSION_DURATION = { value: '$session_duration', label: 'Length of the session in seconds' };

export function PropertySelect(props: PropertySelectProps) {
  const { event, property, attr, className, onChange } = props;
  const [isWanted, setWanted] = useState(false);
  const known = useQuery({ ...eventPropertiesQuery(useScope(), event), enabled: isWanted });
  const all = known.data ?? [];
  const named = (isNumerical: boolean) =>
    all.filter((one) => one.is_numerical === isNumerical).map(({ name }) => itemOf(name));
  return (
    <NameSelect
      label="Property"
      placeholder="of which property?"
      value={property}
      {...(property === SESSION_DURATION.value ? { valueLabel: SESSION_DURATION.label } : {})}
      groups={[
        { group: 'Numbers', items: named(true) },
        { group: 'Sessions', items: [SESSION_DURATION] },
        { group: 'Others', items: named(false) },
      ]}
      typed={itemOf}
      error={useFieldError(attr)}
      className={className}
      onFocus={() => setWanted(true)}
      onChange={(value) => value && onChange(value)}
    />
  );
}
