// The field that searches a list. Whoever uses it waits for a pause in typing before asking the server.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

type SearchFieldProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly className?: string | undefined;
};

export function SearchField({ label, placeholder, value, onChange, className }: SearchFieldProps) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} stroke={1.6} />}
      maw={420}
      className={className}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
