// Every experiment of the environment, the newest first.
import { Group } from '@mantine/core';
import { IconFlask, IconPlus, IconRuler2, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { EXPERIMENTS_PAGE, type ExperimentsSearch, experimentsQuery } from '../api/experiments.ts';
import { useScope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { SearchText } from '../ui/search-text.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { STATUS_CHOICES } from './experiment-words.ts';
import styles from './experiments.module.css';
import { ExperimentsTable } from './experiments-table.tsx';
import { OutcomesLine } from './outcomes-line.tsx';

const SHOWN = [{ value: 'archived', label: 'Archived' }];

function Experiments() {
  const scope = useScope();
  const at = useSearch({ from: '/app/experiments' });
  const navigate = useNavigate({ from: '/experiments' });
  const experiments = useQuery(experimentsQuery(scope, at));
  const change = (next: ExperimentsSearch) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }), replace: true });
  return (
    <Page>
      <PageHeader
        title="Experiments"
        lead={`Which variant of a flag serves people better, in ${scope.environment.name}.`}
        actions={
          <>
            <LinkButton
              to="/experiments/metrics"
              variant="default"
              leftSection={<IconRuler2 size={16} stroke={1.7} />}
            >
              Shared metrics
            </LinkButton>
            <LinkButton to="/experiments/new" leftSection={<IconPlus size={16} />}>
              New experiment
            </LinkButton>
          </>
        }
      />
      <OutcomesLine scope={scope} />
      <Group gap="xs">
        <SearchText
          label="Search experiments"
          placeholder="Search by name or flag"
          icon={<IconSearch size={16} stroke={1.6} />}
          className={styles.search ?? ''}
          text={at.search ?? ''}
          onChange={(search) => change({ search })}
        />
        <FilterSelect
          label="Any status"
          data={STATUS_CHOICES}
          value={at.status}
          onChange={(status) => change({ status })}
        />
        <FilterSelect
          label="Not archived"
          data={SHOWN}
          value={at.show}
          onChange={(show) => change({ show })}
        />
      </Group>
      <Section flush>
        <QueryView query={experiments}>
          {({ results, count }) =>
            results.length === 0 ? (
              <Nothing at={at} />
            ) : (
              <>
                <ExperimentsTable experiments={results} />
                {count > EXPERIMENTS_PAGE && (
                  <Pager
                    offset={(Math.max(1, Number(at.page) || 1) - 1) * EXPERIMENTS_PAGE}
                    shown={results.length}
                    count={count}
                    pageRows={EXPERIMENTS_PAGE}
                    onChange={(offset) => change({ page: String(offset / EXPERIMENTS_PAGE + 1) })}
                  />
                )}
              </>
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

function Nothing({ at }: { at: ExperimentsSearch }) {
  if (at.search || at.status || at.show) {
    return (
      <EmptyState title="No experiment matches">
        Try another status, or a part of the name or flag.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconFlask size={24} stroke={1.6} />}
      title="No experiments yet"
      action={<LinkButton to="/experiments/new">Set up the first experiment</LinkButton>}
    >
      An experiment gives the variants of a flag to people by chance, counts what each group does,
      and tells when a difference is more than chance.
    </EmptyState>
  );
}

export const experimentsRoute = createLazyRoute('/app/experiments')({ component: Experiments });
