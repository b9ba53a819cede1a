// One rollout, live: what happens now and next, the evidence, and every decision.
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link, useParams } from '@tanstack/react-router';
import { urlOf } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { type Scope, useScope } from '../api/session.ts';
import { MonitorButton } from '../dashboards/monitor-button.tsx';
import { IncidentLinks } from '../incidents/incident-links.tsx';
import { InsightsLink } from '../insights/insights-link.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Checklist } from './checklist.tsx';
import { Decisions } from './decisions.tsx';
import { Exposures } from './exposures.tsx';
import { GuardrailCard } from './guardrail-card.tsx';
import { RolloutActions } from './rollout-actions.tsx';
import { RolloutNow } from './rollout-now.tsx';
import styles from './rollout.module.css';
import { stateWords } from './rollout-words.ts';
import { type Rollout, rolloutQuery } from '../api/rollouts.ts';
import { StageTrack } from './stage-track.tsx';

function RolloutPage() {
  const scope = useScope();
  const { rolloutId } = useParams({ from: '/app/rollouts/$rolloutId' });
  const rollout = useQuery(rolloutQuery(scope, rolloutId));
  return (
    <Page>
      <QueryView query={rollout} loading={<LoadingBlock height={480} />}>
        {(data) => <RolloutView rollout={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

function useLiveRollout(rollout: Rollout, scope: Scope) {
  const queryClient = useQueryClient();
  const { queryKey } = rolloutQuery(scope, rollout.id);
  const url = urlOf(
    'rollouts.stream',
    { ...scope.params, rollout_id: rollout.id },
    { environment: rollout.environment },
  );
  return useLive(rollout.finished_at ? null : url, {
    rollout: (data) => {
      queryClient.setQueryData<Rollout>(queryKey, data as Rollout);
    },
  });
}

function RolloutView({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  const live = useLiveRollout(rollout, scope);
  const state = stateWords(rollout.state);
  return (
    <>
      <PageHeader
        title={rollout.flag_key}
        mono
        back={{ to: '/rollouts', label: 'Rollouts' }}
        badge={
          <StatusBadge tone={state.tone} live={state.isLive ?? false}>
            {state.label}
          </StatusBadge>
        }
        lead={
          <>
            Rollout in {rollout.environment} of the flag{' '}
            <Link to="/feature-flags/$flagId" params={{ flagId: String(rollout.flag_id) }}>
              {rollout.flag_key}
            </Link>
            {rollout.plan.treatment ? `, variant ${rollout.plan.treatment}` : ''}
          </>
        }
        actions={
          <>
            <InsightsLink
              flagKey={rollout.flag_key}
              since={rollout.started_at ?? rollout.created_at}
              // Guardrails on people with an exception name no event.
              events={rollout.plan.guardrails.map(({ event }) => event ?? '$exception')}
            />
            <MonitorButton
              scope={scope}
              flagKey={rollout.flag_key}
              events={rollout.plan.guardrails.flatMap(({ event }) => event ?? [])}
            />
            <RolloutActions rollout={rollout} scope={scope} />
          </>
        }
      />
      <Section title="Now">
        <RolloutNow rollout={rollout} live={live} />
        <IncidentLinks rollout={rollout} scope={scope} />
      </Section>
      <Section title="Stages">
        <StageTrack rollout={rollout} />
      </Section>
      {rollout.warnings.length > 0 && rollout.state === 'draft' && (
        <Alert color="watch" icon={<IconInfoCircle size={18} />} title="Before you start">
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {rollout.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Evidence rollout={rollout} />
      <Checklist rollout={rollout} scope={scope} />
      <Decisions rollout={rollout} scope={scope} />
    </>
  );
}

function Evidence({ rollout }: { rollout: Rollout }) {
  const { evaluation } = rollout;
  if (!evaluation) {
    return rollout.state === 'draft' ? null : (
      <Section title="People compared">
        <p className={styles.detail}>
          Counting begins once apps have had time to learn of this stage.
        </p>
      </Section>
    );
  }
  const stage = rollout.stages[evaluation.stage_index];
  const planned = stage && stage.compare === 'ratio' ? stage.percent : null;
  return (
    <>
      <Section title="People compared" lead={stage ? `In stage ${stage.name}.` : undefined}>
        <Exposures people={evaluation.people} plannedPercent={planned} />
      </Section>
      <div className={styles.guardrails}>
        {evaluation.guardrails.map((guardrail) => (
          <GuardrailCard key={guardrail.id} guardrail={guardrail} combined={evaluation.combined} />
        ))}
      </div>
    </>
  );
}

export const rolloutRoute = createLazyRoute('/app/rollouts/$rolloutId')({
  component: RolloutPage,
});
