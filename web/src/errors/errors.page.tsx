// Every error of the environment: what goes wrong, for how many, and whether a flag has to do with it.
import { Button, Group } from '@mantine/core';
import { IconBell, IconBug, IconSearch, IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  DEFAULT_SINCE,
  ERRORS_PAGE,
  type ErrorsSearch,
  errorsQuery,
  sortOf,
} from '../api/errors.ts';
import { membersQuery } from '../api/flag-upkeep.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { useScope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { SearchText } from '../ui/search-text.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { AlertsDialog } from './alerts-dialog.tsx';
import { RANGES, STATUS_CHOICES } from './error-words.ts';
import styles from './errors.module.css';
import { IssuesBar } from './issues-bar.tsx';
import { IssuesTable } from './issues-table.tsx';

function Errors() {
  const scope = useScope();
  const at = useSearch({ from: '/app/errors' });
  const navigate = useNavigate({ from: '/errors' });
  const errors = useQuery(errorsQuery(scope, at));
  const [isAlerting, setAlerting] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const change = (next: ErrorsSearch) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }), replace: true });
  const { by, isDown } = sortOf(at);
  return (
    <Page>
      <PageHeader
        title="Errors"
        lead={`What goes wrong in ${scope.environment.name}, and for whom.`}
        actions={
          <Button
            variant="default"
            leftSection={<IconBell size={16} stroke={1.7} />}
            onClick={() => setAlerting(true)}
          >
            Alerts
          </Button>
        }
      />
      <Filters at={at} onChange={change} />
      <Section flush>
        <QueryView query={errors}>
          {({ results, count }) =>
            results.length === 0 ? (
              <Nothing at={at} />
            ) : (
              <>
                <IssuesTable
                  issues={results}
                  since={at.since ?? DEFAULT_SINCE}
                  sort={isDown ? `-${by}` : by}
                  onSort={(sort) => change({ sort })}
                  chosen={chosen}
                  onChoose={setChosen}
                />
                {count > ERRORS_PAGE && (
                  <Pager
                    offset={(Math.max(1, Number(at.page) || 1) - 1) * ERRORS_PAGE}
                    shown={results.length}
                    count={count}
                    pageRows={ERRORS_PAGE}
                    onChange={(offset) => change({ page: String(offset / ERRORS_PAGE + 1) })}
                  />
                )}
              </>
            )
          }
        </QueryView>
        <IssuesBar
          scope={scope}
          // Only what is to be seen: others of before may be gone, or of another page.
          chosen={(errors.data?.results ?? []).filter(({ id }) => chosen.has(id))}
          onDone={() => setChosen(new Set())}
        />
      </Section>
      {isAlerting && <AlertsDialog scope={scope} onClose={() => setAlerting(false)} />}
    </Page>
  );
}

type FiltersProps = {
  readonly at: ErrorsSearch;
  readonly onChange: (next: ErrorsSearch) => void;
};

function Filters({ at, onChange }: FiltersProps) {
  const scope = useScope();
  const flags = useQuery(flagsQuery(scope));
  const { data: members } = useQuery(membersQuery);
  const owners = (members?.results ?? []).map(({ id, name, email }) => ({
    value: id,
    label: id === scope.user.id ? 'Mine' : name || email,
  }));
  const keys = (flags.data?.results ?? []).map(({ key }) => key);
  // One that is named by an address is offered, too.
  const known = at.flag === undefined || keys.includes(at.flag) ? keys : [at.flag, ...keys];
  return (
    <Group gap="xs">
      <SearchText
        label="Search errors"
        placeholder="Search by type, message or place"
        icon={<IconSearch size={16} stroke={1.6} />}
        className={styles.search ?? ''}
        text={at.search ?? ''}
        onChange={(search) => onChange({ search })}
      />
      <FilterSelect
        label="Open"
        data={[
          ...STATUS_CHOICES.filter(({ value }) => value !== 'active'),
          { value: 'all', label: 'Any status' },
        ]}
        value={at.status}
        onChange={(status) => onChange({ status })}
      />
      <FilterSelect
        label="Last 7 days"
        data={RANGES.filter(({ value }) => value !== DEFAULT_SINCE)}
        value={at.since}
        onChange={(since) => onChange({ since })}
      />
      <FilterSelect
        label="By flag"
        data={known.map((key) => ({ value: key, label: key }))}
        value={at.flag}
        onChange={(flag) => onChange({ flag, variant: undefined, sort: undefined })}
      />
      {at.flag !== undefined && (
        <FilterSelect
          label="Any value"
          data={valuesOf(
            flags.data?.results.find(({ key }) => key === at.flag),
            at.variant,
          )}
          value={at.variant}
          onChange={(variant) => onChange({ variant })}
        />
      )}
      <FilterSelect
        label="Anybody’s"
        data={owners.toSorted((a, b) => Number(b.label === 'Mine') - Number(a.label === 'Mine'))}
        value={at.owner}
        onChange={(owner) => onChange({ owner })}
      />
      <SearchText
        label="Release"
        placeholder="Any release"
        icon={<IconTag size={16} stroke={1.6} />}
        className=""
        text={at.release ?? ''}
        onChange={(release) => onChange({ release })}
      />
    </Group>
  );
}

/** What the flag can be; one that an address names as well. */
function valuesOf(flag: Flag | undefined, named: string | undefined) {
  const variants = (flag?.filters.multivariate?.variants ?? []).map(({ key }) => key);
  const values = variants.length > 0 ? ['false', ...variants] : ['true', 'false'];
  return [...new Set([...values, ...(named === undefined ? [] : [named])])].map((value) => ({
    value,
    label: value,
  }));
}

function Nothing({ at }: { at: ErrorsSearch }) {
  if (at.search || at.status || at.since || at.release || at.owner || at.variant) {
    return (
      <EmptyState title="No error matches">
        Try another status, a longer time, or a part of the message.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconBug size={24} stroke={1.6} />}
      title="No open errors in the last seven days"
      action={
        <LinkButton to="/settings" search={{ tab: 'install' }} variant="default">
          How to report exceptions
        </LinkButton>
      }
    >
      Exceptions that PostHog’s SDKs capture, and errors that servers report over OpenTelemetry, are
      grouped here by what they are about.
    </EmptyState>
  );
}

export const errorsRoute = createLazyRoute('/app/errors')({ component: Errors });
