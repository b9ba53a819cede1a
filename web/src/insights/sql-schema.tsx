// What a statement can read: views with their columns, and the properties that are known. A press writes the name.
import { TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { VIEW_COLUMNS } from 'serin/insights/sql-columns';
import { eventPropertiesQuery } from '../api/known-events.ts';
import { groupTypesQuery, propertyNamesQuery } from '../api/properties.ts';
import type { Scope } from '../api/session.ts';
import { columnText } from './sql-text.ts';
import styles from './sql.module.css';

type SqlSchemaProps = { readonly scope: Scope; readonly onInsert: (text: string) => void };

type Entry = { readonly name: string; readonly type: string; readonly text: string };
type Part = { readonly name: string; readonly entries: readonly Entry[] };

/** More are found by typing. */
const MAX_ENTRIES = 60;

export function SqlSchema({ scope, onInsert }: SqlSchemaProps) {
  const [search, setSearch] = useState('');
  const parts = useParts(scope);
  const wanted = search.trim().toLowerCase();
  const found = parts.map(({ name, entries }) => ({
    name,
    all: entries.filter((one) => one.name.toLowerCase().includes(wanted)),
  }));
  return (
    <div className={styles.schema} role="group" aria-label="What can be read">
      <TextInput
        type="search"
        aria-label="Search columns"
        placeholder="Search columns"
        size="xs"
        leftSection={<IconSearch size={14} stroke={1.6} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div className={styles.views}>
        {found.map(({ name, all }) =>
          wanted && all.length === 0 ? null : (
            // Found ones are seen; else what is opened stays open.
            <details key={`${name} ${Boolean(wanted)}`} open={Boolean(wanted) || name === 'events'}>
              <summary>
                <code>{name}</code>
              </summary>
              <ul>
                {all.slice(0, MAX_ENTRIES).map((entry) => (
                  <EntryView key={entry.name} entry={entry} onInsert={onInsert} />
                ))}
              </ul>
              {all.length > MAX_ENTRIES && (
                <p className={styles.note}>{all.length - MAX_ENTRIES} more: search for them.</p>
              )}
            </details>
          ),
        )}
      </div>
    </div>
  );
}

type EntryViewProps = { readonly entry: Entry; readonly onInsert: SqlSchemaProps['onInsert'] };

function EntryView({ entry: { name, type, text }, onInsert }: EntryViewProps) {
  return (
    <li>
      <UnstyledButton
        className={styles.column}
        title={`${text}: ${type}`}
        // The caret of the statement stays where it is.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onInsert(text)}
      >
        <code>{name}</code>
        <span className={styles.type}>{shortType(type)}</span>
      </UnstyledButton>
    </li>
  );
}

const shortType = (type: string): string => type.replace(/^DateTime64.*/, 'DateTime64');
const VALUE = 'Nullable(String)';

function useParts(scope: Scope): readonly Part[] {
  const { data: ofEvents = [] } = useQuery(eventPropertiesQuery(scope, null));
  const { data: ofPeople = [] } = useQuery(propertyNamesQuery(scope, null));
  const { data: groupTypes = [] } = useQuery(groupTypesQuery(scope));
  const groups = groupTypes.flatMap((type, index) =>
    type === undefined ? [] : [{ name: `$group_${index} (${type})`, index }],
  );
  const properties = (prefix: string, names: readonly string[]) => ({
    name: `${prefix}…`,
    entries: names.map((name) => ({ name, type: VALUE, text: columnText(name, prefix) })),
  });
  const views = Object.entries(VIEW_COLUMNS).map(([view, columns]): Part => ({
    name: view,
    entries: [
      ...columns.map(({ name, type }) => ({ name, type, text: columnText(name) })),
      ...(view === 'events'
        ? groups.map(({ name, index }) => ({
            name,
            type: 'String',
            text: columnText(`$group_${index}`),
          }))
        : []),
    ],
  }));
  const [events, ...others] = views;
  return [
    ...(events ? [events] : []),
    properties(
      'properties.',
      ofEvents.map(({ name }) => name),
    ),
    properties('person.properties.', ofPeople),
    ...others,
  ];
}
