// Every rollout of the environment, running ones first.
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LinkButton } from '../ui/link-button.tsx';
import { createLazyRoute } from '@tanstack/react-router';
import { useScope } from '../api/session.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { rolloutsQuery, type RolloutSummary } from '../api/rollouts.ts';
import { RolloutsTable } from './rollouts-table.tsx';

/** How often states are asked for while the list is open, in milliseconds. */
const REFRESH_MS = 5000;

function openFirst(rollouts: readonly RolloutSummary[]): RolloutSummary[] {
  const isOpen = ({ finished_at: finishedAt }: RolloutSummary) => Number(finishedAt === null);
  return rollouts.toSorted((a, b) => isOpen(b) - isOpen(a));
}

function Rollouts() {
  const scope = useScope();
  const rollouts = useQuery({ ...rolloutsQuery(scope), refetchInterval: REFRESH_MS });
  return (
    <Page>
      <PageHeader
        title="Rollouts"
        lead={`Changes that Serin widens, watches and takes back in ${scope.environment.name}.`}
        actions={
          <LinkButton to="/rollouts/new" leftSection={<IconPlus size={16} />}>
            New rollout
          </LinkButton>
        }
      />
      <Section flush>
        <QueryView query={rollouts}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconRoute size={24} stroke={1.6} />}
                title="No rollouts yet"
                action={<LinkButton to="/rollouts/new">Plan the first rollout</LinkButton>}
              >
                A rollout gives a flag to a few people, compares them with everyone else, and widens
                or undoes it by what it finds.
              </EmptyState>
            ) : (
              <RolloutsTable rollouts={openFirst(results)} />
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

export const rolloutsRoute = createLazyRoute('/app/rollouts')({ component: Rollouts });
