// The guarded rollouts of one flag, and the way to a new one.
import { IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LinkButton } from '../ui/link-button.tsx';
import type { Scope } from '../api/session.ts';
import { rolloutsQuery } from '../api/rollouts.ts';
import { RolloutsTable } from '../rollouts/rollouts-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import type { Flag } from '../api/flags.ts';

export function FlagRollouts({ flag, scope }: { flag: Flag; scope: Scope }) {
  const rollouts = useQuery(rolloutsQuery(scope, flag.key));
  const plan = (
    <LinkButton to="/rollouts/new" search={{ flag: flag.key }}>
      Plan a rollout
    </LinkButton>
  );
  return (
    <Section title={`Rollouts in ${scope.environment.name}`} actions={plan} flush>
      <QueryView query={rollouts}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState
              icon={<IconRoute size={24} stroke={1.6} />}
              title="Not rolled out with guardrails yet"
            >
              A rollout widens this flag step by step, and takes it back by itself when people who
              have it are worse off than people who do not.
            </EmptyState>
          ) : (
            <RolloutsTable rollouts={results} />
          )
        }
      </QueryView>
    </Section>
  );
}
