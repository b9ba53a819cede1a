// Searches a list of people or groups, in what they are usually known by or in a property of theirs.
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { propertyNamesQuery } from '../api/properties.ts';
import type { Scope } from '../api/session.ts';
import { SearchField } from '../ui/search-field.tsx';
import styles from './people.module.css';

type Change = { readonly search?: string | undefined; readonly property?: string | undefined };

type Props = {
  readonly scope: Scope;
  /** Null for people. */
  readonly groupTypeIndex: number | null;
  /** What is searched for, as one would say it. */
  readonly what: string;
  /** What is searched in where no property is chosen. */
  readonly ordinarily: string;
  readonly search: string;
  /** Empty without one. */
  readonly property: string;
  readonly onChange: (change: Change) => void;
};

export function PropertySearch(props: Props) {
  const { scope, groupTypeIndex, what, ordinarily, search, property, onChange } = props;
  const names = useQuery(propertyNamesQuery(scope, groupTypeIndex));
  return (
    <div className={styles.tools}>
      <SearchField
        label={`Search ${what}`}
        placeholder={`Search by ${property || ordinarily}`}
        value={search}
        className={styles.search}
        onChange={(value) => onChange({ search: value || undefined })}
      />
      <Select
        aria-label="Property to search in"
        placeholder="In a property…"
        data={names.data ?? []}
        searchable
        clearable
        value={property || null}
        onChange={(value) => onChange({ property: value ?? undefined })}
      />
    </div>
  );
}
