// What narrows the audit log: text, who, what they did, to what, when.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type AuditSearch, auditFacetsQuery } from '../api/audit.ts';
import type { Scope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { SearchText } from '../ui/search-text.tsx';
import { actionWords, kindWords } from './audit-words.ts';
import styles from './audit.module.css';

type AuditFiltersProps = {
  readonly scope: Scope;
  readonly at: AuditSearch;
  readonly onChange: (next: AuditSearch) => void;
};

export function AuditFilters({ scope, at, onChange }: AuditFiltersProps) {
  const { data: facets } = useQuery(auditFacetsQuery(scope));
  return (
    <search className={styles.tools} aria-label="Audit log">
      <SearchText
        label="Search the audit log"
        placeholder="Search by name, person or reason"
        icon={<IconSearch size={16} stroke={1.6} />}
        className={styles.search ?? ''}
        text={at.search ?? ''}
        onChange={(search) => onChange({ search })}
      />
      <FilterSelect
        label="Who"
        data={(facets?.actors ?? []).map(({ id, label }) => ({ value: id, label }))}
        value={at.actor}
        onChange={(actor) => onChange({ actor })}
      />
      <FilterSelect
        label="Did what"
        data={(facets?.actions ?? []).map((value) => ({ value, label: actionWords(value) }))}
        value={at.action}
        onChange={(action) => onChange({ action })}
      />
      <FilterSelect
        label="To what"
        data={(facets?.resource_kinds ?? []).map((value) => ({ value, label: kindWords(value) }))}
        value={at.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <Day label="From" value={at.after} onChange={(after) => onChange({ after })} />
      <Day label="To" value={at.before} onChange={(before) => onChange({ before })} />
    </search>
  );
}

type DayProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
};

/** A day in UTC, as the log counts them. */
function Day({ label, value, onChange }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={`${label} (day, UTC)`}
      className={styles.choice ?? ''}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
