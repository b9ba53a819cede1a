// Chooses who answers for a flag.
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../api/flag-upkeep.ts';

type OwnerSelectProps = {
  readonly value: string | null;
  readonly error?: string | undefined;
  /** Somebody must answer for it. */
  readonly isRequired?: boolean;
  readonly onChange: (ownerId: string | null) => void;
};

export function OwnerSelect({ value, error, isRequired = false, onChange }: OwnerSelectProps) {
  const { data } = useQuery(membersQuery);
  return (
    <Select
      label="Owner"
      placeholder="Nobody"
      data={(data?.results ?? []).map(({ id, name, email }) => ({
        value: id,
        label: name || email,
      }))}
      value={value}
      error={error}
      searchable
      clearable={!isRequired}
      maw={420}
      onChange={onChange}
    />
  );
}
