// Names of events and of their properties: what each means, of which type it is, how often it comes.
import { Checkbox, Tabs } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBook2, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  DEFINITIONS_PAGE,
  type DefinitionsAsked,
  type DefinitionsSearch,
  type EventDefinition,
  type PropertyDefinition,
  eventDefinitionsQuery,
  propertyDefinitionsQuery,
} from '../api/known-events.ts';
import { type Scope, useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { formatNumber } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { TabList } from '../ui/tab-list.tsx';
import { Time } from '../ui/time.tsx';
import { DefinitionDialog } from './definition-dialog.tsx';
import { TYPE_WORDS } from './definition-words.ts';
import styles from './events.module.css';

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;
const TABS = [
  { value: 'events', label: 'Events' },
  { value: 'properties', label: 'Properties' },
];

type Definition = EventDefinition | PropertyDefinition;
type OnEdit = (definition: Definition) => void;

function nameColumn<Row extends Definition>(title: string, onEdit: OnEdit): Column<Row> {
  return {
    title,
    lead: true,
    cell: (row) => (
      <div className={styles.definition}>
        <span className={styles.definitionName}>
          <button type="button" className={styles.definitionOpen} onClick={() => onEdit(row)}>
            {row.name}
          </button>
          {row.verified && (
            <IconRosetteDiscountCheck size={16} stroke={1.8} role="img" aria-label="Verified" />
          )}
          {row.hidden && <StatusBadge tone="neutral">Hidden</StatusBadge>}
        </span>
        {row.description && <span className={styles.meaning}>{row.description}</span>}
        {row.tags.length > 0 && <span className={styles.meaning}>{row.tags.join(' · ')}</span>}
      </div>
    ),
  };
}

const countColumn = <Row extends Definition>(title: string): Column<Row> => ({
  title,
  nameNarrow: true,
  shrink: true,
  align: 'end',
  cell: ({ count }) => formatNumber(count),
});

function eventColumns(onEdit: OnEdit): readonly Column<EventDefinition>[] {
  return [
    nameColumn('Event', onEdit),
    countColumn('In 90 days'),
    {
      title: 'Last seen',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      cell: ({ last_seen_at: at }) => (at === null ? 'Not lately' : <Time at={at} />),
    },
    {
      title: 'Properties',
      shrink: true,
      align: 'end',
      cell: ({ name }) => (
        <Link
          to="/events/definitions"
          search={{ show: 'properties', event: name }}
          aria-label={`Properties of ${name}`}
        >
          Properties
        </Link>
      ),
    },
  ];
}

function propertyColumns(onEdit: OnEdit): readonly Column<PropertyDefinition>[] {
  return [
    nameColumn('Property', onEdit),
    {
      title: 'Type',
      nameNarrow: true,
      shrink: true,
      cell: ({ property_type: type }) => (type === null ? 'List or object' : TYPE_WORDS[type]),
    },
    countColumn('In the newest events'),
  ];
}

type TableProps = {
  readonly scope: Scope;
  readonly asked: DefinitionsAsked;
  readonly onEdit: OnEdit;
  readonly onPage: (offset: number) => void;
};

function EventsTable({ scope, asked, onEdit, onPage }: TableProps) {
  const query = useQuery({
    ...eventDefinitionsQuery(scope, asked),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView query={query}>
      {({ results, count }) => (
        <NamesTable
          label="Events"
          columns={eventColumns(onEdit)}
          {...{ results, count, asked, onPage }}
        />
      )}
    </QueryView>
  );
}

function PropertiesTable(props: TableProps & { readonly event: string | undefined }) {
  const { scope, asked, event, onEdit, onPage } = props;
  const query = useQuery({
    ...propertyDefinitionsQuery(scope, { ...asked, event }),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView query={query}>
      {({ results, count }) => (
        <NamesTable
          label="Properties"
          columns={propertyColumns(onEdit)}
          {...{ results, count, asked, onPage }}
        />
      )}
    </QueryView>
  );
}

type NamesTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly results: readonly Row[];
  readonly count: number;
  readonly asked: DefinitionsAsked;
  readonly onPage: (offset: number) => void;
};

function NamesTable<Row extends Definition>(props: NamesTableProps<Row>) {
  const { label, columns, results, count, asked, onPage } = props;
  if (results.length === 0) {
    return asked.search || asked.verified ? (
      <EmptyState title="Nothing matches">Try a part of the name or of the description.</EmptyState>
    ) : (
      <EmptyState icon={<IconBook2 size={24} stroke={1.6} />} title="Nothing has been seen yet">
        Names stand here as soon as events arrive.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable label={label} columns={columns} rows={results} rowKey={({ name }) => name} />
      {count > DEFINITIONS_PAGE && (
        <Pager
          offset={asked.offset}
          shown={results.length}
          count={count}
          pageRows={DEFINITIONS_PAGE}
          onChange={onPage}
        />
      )}
    </>
  );
}

function Definitions() {
  const scope = useScope();
  const {
    show,
    search = '',
    verified,
    event,
    page,
  } = useSearch({
    from: '/app/events/definitions',
  });
  const navigate = useNavigate({ from: '/events/definitions' });
  const [edited, setEdited] = useState<Definition>();
  const [typed] = useDebouncedValue(search, TYPING_MS);
  const offset = (Math.max(1, Number(page) || 1) - 1) * DEFINITIONS_PAGE;
  const asked = { search: typed, verified: verified === 'true', offset };
  const isProperties = show === 'properties';
  const go = (next: DefinitionsSearch) =>
    void navigate({ search: (at) => ({ ...at, page: undefined, ...next }), replace: true });
  const onPage = (to: number) => go({ page: String(to / DEFINITIONS_PAGE + 1) });
  const table = { scope, asked, onPage, onEdit: setEdited };
  return (
    <Page>
      <PageHeader
        title="Definitions"
        lead={`Names that ${scope.environment.name} has seen. What is said of them is the same in every environment.`}
        back={{ to: '/events', label: 'Events' }}
      />
      <Tabs
        value={isProperties ? 'properties' : 'events'}
        onChange={(value) => go({ show: value ?? undefined, event: undefined, search: undefined })}
      >
        <TabList tabs={TABS} chosen={isProperties ? 'properties' : 'events'} />
      </Tabs>
      <div className={styles.tools}>
        <SearchField
          label={isProperties ? 'Search properties' : 'Search events'}
          placeholder="Search by name, description or tag"
          className={styles.filter}
          value={search}
          onChange={(value) => go({ search: value || undefined })}
        />
        <Checkbox
          label="Verified only"
          checked={asked.verified}
          onChange={({ currentTarget: { checked } }) =>
            go({ verified: checked ? 'true' : undefined })
          }
        />
        {isProperties && event !== undefined && (
          <FilterSelect
            label="Event"
            data={[{ value: event, label: event }]}
            value={event}
            onChange={(value) => go({ event: value })}
          />
        )}
      </div>
      <Section flush>
        {isProperties ? <PropertiesTable {...table} event={event} /> : <EventsTable {...table} />}
      </Section>
      {edited && (
        <DefinitionDialog scope={scope} definition={edited} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}

export const definitionsRoute = createLazyRoute('/app/events/definitions')({
  component: Definitions,
});
