// What narrows the list of flags. It stands in the address, so a link shows others the same.
import { SegmentedControl } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { FLAG_KINDS } from 'serin/flags/flag';
import type { FlagListSearch } from '../api/flag-list.ts';
import { membersQuery, tagsQuery } from '../api/flag-upkeep.ts';
import type { Scope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { SearchText } from '../ui/search-text.tsx';
import styles from './flags.module.css';
import { KIND_WORDS } from './kind-words.ts';

const SHOWN = [
  { value: 'active', label: 'Current' },
  { value: 'archived', label: 'Archived' },
];
const STATES = [
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
  { value: 'stale', label: 'Stale' },
];
const KINDS = FLAG_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));

type FlagFiltersProps = {
  readonly scope: Scope;
  readonly at: FlagListSearch;
  readonly onChange: (next: FlagListSearch) => void;
};

export function FlagFilters({ scope, at, onChange }: FlagFiltersProps) {
  const { data: tags } = useQuery(tagsQuery(scope));
  const { data: members } = useQuery(membersQuery);
  const owners = (members?.results ?? []).map(({ id, name, email }) => ({
    value: id,
    label: name || email,
  }));
  return (
    <search className={styles.tools} aria-label="Flags">
      <SearchText
        label="Search flags"
        placeholder="Search by key, description or tag"
        icon={<IconSearch size={16} stroke={1.6} />}
        className={styles.search ?? ''}
        text={at.search ?? ''}
        onChange={(search) => onChange({ search })}
      />
      <FilterSelect
        label="State"
        data={STATES}
        value={at.state}
        onChange={(state) => onChange({ state })}
      />
      <FilterSelect
        label="Kind"
        data={KINDS}
        value={at.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <FilterSelect
        label="Tag"
        data={(tags?.results ?? []).map(({ name }) => ({ value: name, label: name }))}
        value={at.tag}
        onChange={(tag) => onChange({ tag })}
      />
      <FilterSelect
        label="Owner"
        data={[{ value: 'none', label: 'Nobody' }, ...owners]}
        value={at.owner}
        onChange={(owner) => onChange({ owner })}
      />
      <SegmentedControl
        aria-label="Which flags"
        data={SHOWN}
        value={at.show === 'archived' ? 'archived' : 'active'}
        onChange={(value) => onChange({ show: value === 'archived' ? value : undefined })}
      />
    </search>
  );
}
