// One experiment: what it has shown so far, what that advises, and what can be done.
import { Alert } from '@mantine/core';
import { IconFlask, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Experiment,
  type Results,
  experimentQuery,
  resultsQuery,
  useUpdateExperiment,
} from '../api/experiments.ts';
import { type Scope, useScope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { LinkedText } from '../ui/linked-text.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';
import { CheckList } from './check-list.tsx';
import { CleanUpSection } from './clean-up-section.tsx';
import { DecisionBanner, OfferButton } from './decision-banner.tsx';
import { ExperimentHistory } from './experiment-history.tsx';
import { ExperimentStatus } from './experiment-status.tsx';
import { dayWords, parametersOf, statusWords } from './experiment-words.ts';
import { ExposedPeople } from './exposed-people.tsx';
import { LifeActions } from './life-actions.tsx';
import { MetricDetail } from './metric-detail.tsx';
import { MetricsBlock } from './metrics-block.tsx';
import { Progress, Refresh } from './progress.tsx';
import styles from './results.module.css';
import { SettingsLine } from './settings-line.tsx';
import { SplitBar } from './split-bar.tsx';
import { AS_PLANNED, type View, isOffPlan } from './view.ts';
import { ViewSwitches } from './view-switches.tsx';

function ExperimentPage() {
  const scope = useScope();
  const { experimentId } = useParams({ from: '/app/experiments/$experimentId' });
  const experiment = useQuery(experimentQuery(scope, experimentId));
  return (
    <Page>
      <QueryView query={experiment} loading={<LoadingBlock height={480} />}>
        {(data) => <ExperimentView experiment={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

type ViewProps = { readonly experiment: Experiment; readonly scope: Scope };

function ExperimentView({ experiment, scope }: ViewProps) {
  const { feature_flag: flag, description } = experiment;
  return (
    <>
      <PageHeader
        title={experiment.name}
        back={{ to: '/experiments', label: 'Experiments' }}
        badge={<ExperimentStatus experiment={experiment} />}
        lead={
          <>
            Variants of{' '}
            <Link to="/feature-flags/$flagId" params={{ flagId: String(flag.id) }}>
              <code>{flag.key}</code>
            </Link>{' '}
            in {scope.environment.name}
            {dayWords(experiment)}
          </>
        }
        actions={<LifeActions experiment={experiment} scope={scope} />}
      />
      {experiment.conclusion_comment && (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={`Concluded: ${statusWords(experiment).label}`}
        >
          <LinkedText text={experiment.conclusion_comment} />
        </Alert>
      )}
      {experiment.status === 'stopped' && <CleanUpSection experiment={experiment} scope={scope} />}
      {experiment.status === 'draft' ? (
        <Draft experiment={experiment} />
      ) : (
        <Shown experiment={experiment} scope={scope} />
      )}
      <Section title="Set-up">
        <div className={styles.stack}>
          {description && (
            <p className={styles.hypothesis}>
              <LinkedText text={description} />
            </p>
          )}
          <SplitBar variants={parametersOf(experiment).feature_flag_variants} />
          <SettingsLine experiment={experiment} />
        </div>
      </Section>
      <ExperimentHistory experiment={experiment} scope={scope} />
    </>
  );
}

function Draft({ experiment }: { experiment: Experiment }) {
  const goals =
    experiment.metrics.length +
    experiment.saved_metrics.filter(({ metadata }) => metadata.type === 'primary').length;
  return (
    <Section flush>
      <EmptyState
        icon={<IconFlask size={24} stroke={1.6} />}
        title="Not launched yet"
        action={
          <LinkButton
            to="/experiments/$experimentId/edit"
            params={{ experimentId: String(experiment.id) }}
            variant="default"
          >
            {goals === 0 ? 'Add a goal' : 'Go on with the set-up'}
          </LinkButton>
        }
      >
        {goals === 0
          ? 'It still needs a goal. Then people count from the first time that they get a variant.'
          : 'The launch switches its flag on. From then on people count from the first time that they get a variant.'}
      </EmptyState>
    </Section>
  );
}

function Shown({ experiment, scope }: ViewProps) {
  const results = useQuery(resultsQuery(scope, experiment));
  return (
    <QueryView query={results} loading={<LoadingBlock height={420} />}>
      {(data) => (
        <>
          <DecisionBanner
            experiment={experiment}
            results={data}
            action={<OfferButton experiment={experiment} results={data} scope={scope} />}
          />
          {(results.isError || data.freshness === 'stale') && (
            <Alert color="watch" icon={<IconInfoCircle size={18} />}>
              It could not be counted anew. These numbers are older.
            </Alert>
          )}
          <Progress
            experiment={experiment}
            results={data}
            action={<Refresh experiment={experiment} scope={scope} />}
          />
          <CheckList checks={data.checks} />
          <Numbers
            experiment={experiment}
            scope={scope}
            planned={data}
            isOlder={results.isPlaceholderData}
          />
        </>
      )}
    </QueryView>
  );
}

type NumbersProps = ViewProps & {
  /** By the plan, and now. */
  readonly planned: Results;
  /** It is what was known of the version before. */
  readonly isOlder: boolean;
};

/** Everything that is counted, as somebody wants to look at it. */
function Numbers({ experiment, scope, planned, isOlder }: NumbersProps) {
  const [view, setView] = useState<View>(AS_PLANNED);
  const isOff = isOffPlan(view);
  const viewed = useQuery({ ...resultsQuery(scope, experiment, view), enabled: isOff });
  const update = useUpdateExperiment(scope);
  const put = (part: 'goals' | 'guardrails' | 'secondary') => (uuids: readonly string[]) => {
    const name = part === 'goals' ? 'primary' : 'secondary';
    update.mutate(
      { id: experiment.id, [`${name}_metrics_ordered_uuids`]: [...uuids] },
      { onError: toastError },
    );
  };
  const isOrdering = update.isPending || (isOff ? viewed.isPlaceholderData : isOlder);
  const shown = (results: Results) => (
    <>
      <ExposedPeople experiment={experiment} results={results} scope={scope} />
      {(['goals', 'guardrails', 'secondary'] as const).map((part) => (
        <MetricsBlock
          key={part}
          {...{ experiment, results, part }}
          scale={view.scale}
          onOrder={put(part)}
          isOrdering={isOrdering}
          more={(answer) => <MetricDetail {...{ experiment, scope, answer, results }} />}
        />
      ))}
    </>
  );
  return (
    <>
      <ViewSwitches {...{ experiment, view }} results={planned} onChange={setView} />
      {isOff ? (
        // Never others under its name.
        <QueryView query={viewed} loading={<LoadingBlock height={480} />}>
          {shown}
        </QueryView>
      ) : (
        shown(planned)
      )}
    </>
  );
}

export const experimentRoute = createLazyRoute('/app/experiments/$experimentId')({
  component: ExperimentPage,
});
