// Home: the way to the first served flag, ticked from what really happened, then what is going on.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { type Scope, useScope } from '../api/session.ts';
import { flagsQuery } from '../api/flags.ts';
import { openRolloutsQuery } from '../api/rollouts.ts';
import { isUnderWay } from '../rollouts/rollout-groups.ts';
import { RunningRollouts } from '../rollouts/running-rollouts.tsx';
import { formatNumber } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { FirstSteps } from './first-steps.tsx';
import { firstStepsQuery } from './first-steps.queries.ts';
import styles from './home.module.css';

/** How often the steps look whether they are done, in milliseconds. */
const STEPS_REFRESH_MS = 3000;
const ROLLOUTS_REFRESH_MS = 5000;

function Home() {
  const scope = useScope();
  const steps = useQuery({
    ...firstStepsQuery(scope),
    refetchInterval: ({ state }) => (state.data?.isComplete ? false : STEPS_REFRESH_MS),
  });
  return (
    <Page>
      <PageHeader
        title={`Hello, ${scope.user.name.split(' ')[0] || scope.user.email}`}
        lead={`${scope.project.name}, ${scope.environment.name}.`}
      />
      <QueryView query={steps} loading={<LoadingBlock height={260} />}>
        {(data) => (data.isComplete ? null : <FirstSteps steps={data} scope={scope} />)}
      </QueryView>
      {steps.data?.isComplete && <Overview scope={scope} />}
    </Page>
  );
}

function Overview({ scope }: { scope: Scope }) {
  const flags = useQuery(flagsQuery(scope));
  const rollouts = useQuery({ ...openRolloutsQuery(scope), refetchInterval: ROLLOUTS_REFRESH_MS });
  const running = rollouts.data?.results.filter(isUnderWay);
  const all = flags.data?.results ?? [];
  const figures = [
    { label: 'Flags', value: flags.data && all.length },
    { label: 'Switched on', value: flags.data && all.filter(({ active }) => active).length },
    { label: 'Rollouts running', value: running?.length },
  ];
  return (
    <>
      <dl className={styles.figures}>
        {figures.map(({ label, value }) => (
          <div key={label} className={styles.figure}>
            <dt>{label}</dt>
            <dd>{value === undefined ? '–' : formatNumber(value)}</dd>
          </div>
        ))}
      </dl>
      <Section title="Rollouts running now" flush>
        <QueryView query={rollouts}>
          {() =>
            running && running.length > 0 ? (
              <RunningRollouts rollouts={running} />
            ) : (
              <EmptyState
                title="Nothing is being rolled out"
                action={
                  <LinkButton to="/rollouts/new" variant="default">
                    Plan a rollout
                  </LinkButton>
                }
              >
                Running rollouts are watched here.
              </EmptyState>
            )
          }
        </QueryView>
      </Section>
    </>
  );
}

export const homeRoute = createLazyRoute('/app/')({ component: Home });
