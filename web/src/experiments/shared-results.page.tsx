// Results of an experiment as a public link shows them, without signing in.
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import { sharedResultsQuery } from '../api/experiments.ts';
import { LinkedText } from '../ui/linked-text.tsx';
import { PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CheckList } from './check-list.tsx';
import { DecisionBanner } from './decision-banner.tsx';
import { dayWords, parametersOf, statusWords } from './experiment-words.ts';
import { ExposuresPanel } from './exposures-panel.tsx';
import { MetricsBlock } from './metrics-block.tsx';
import { Progress } from './progress.tsx';
import styles from './results.module.css';
import { SplitBar } from './split-bar.tsx';

function SharedResults() {
  const { token } = useParams({ from: '/shared/experiments/$token' });
  const shared = useQuery(sharedResultsQuery(token));
  return (
    <main className={styles.shared}>
      <QueryView query={shared} loading={<LoadingBlock height={480} />}>
        {({ experiment, results }) => {
          const { label, tone } = statusWords(experiment);
          const shown = { experiment, results };
          return (
            <>
              <PageHeader
                title={experiment.name}
                badge={<StatusBadge tone={tone}>{label}</StatusBadge>}
                lead={
                  <>
                    Variants of <code>{experiment.feature_flag_key}</code>
                    {dayWords(experiment)}
                  </>
                }
              />
              {experiment.conclusion_comment && (
                <Alert
                  color="gray"
                  icon={<IconInfoCircle size={18} />}
                  title={`Concluded: ${label}`}
                >
                  <LinkedText text={experiment.conclusion_comment} />
                </Alert>
              )}
              <DecisionBanner {...shown} />
              <Progress {...shown} />
              <CheckList checks={results.checks} />
              <ExposuresPanel {...shown} />
              <MetricsBlock {...shown} part="goals" />
              <MetricsBlock {...shown} part="guardrails" />
              <MetricsBlock {...shown} part="secondary" />
              <Section title="Set-up">
                <div className={styles.stack}>
                  {experiment.description && (
                    <p className={styles.hypothesis}>
                      <LinkedText text={experiment.description} />
                    </p>
                  )}
                  <SplitBar variants={parametersOf(experiment).feature_flag_variants} />
                </div>
              </Section>
            </>
          );
        }}
      </QueryView>
    </main>
  );
}

export const sharedResultsRoute = createLazyRoute('/shared/experiments/$token')({
  component: SharedResults,
});
