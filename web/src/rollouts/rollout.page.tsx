// One rollout, live: what happens now and next, the evidence, and every decision.
import { Alert } from '@mantine/core';
import { IconInfoCircle, IconPencil } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link, useParams } from '@tanstack/react-router';
import { urlOf } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { type Scope, useScope } from '../api/session.ts';
import { FlagErrors } from '../errors/flag-errors.tsx';
import { MonitorButton } from '../dashboards/monitor-button.tsx';
import { IncidentLinks } from '../incidents/incident-links.tsx';
import { InsightsLink } from '../insights/insights-link.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Checklist } from './checklist.tsx';
import { Decisions } from './decisions.tsx';
import { DryRunButton } from './dry-run.tsx';
import { Feedback } from './feedback.tsx';
import { GuardrailCard } from './guardrail-card.tsx';
import { GuardrailHistory } from './guardrail-history.tsx';
import { GuardrailLinks } from './guardrail-links.tsx';
import { RolloutActions } from './rollout-actions.tsx';
import { RolloutNow } from './rollout-now.tsx';
import styles from './rollout.module.css';
import { isOver, isPlanOpen, isStarted, stateLabel, stateWords, unitsOf } from './rollout-words.ts';
import { useSeries } from './use-series.ts';
import { WayBack } from './way-back.tsx';
import { laterOf, PERSON, type Rollout, rolloutQuery } from '../api/rollouts.ts';
import { Stages } from './stage-track.tsx';

function RolloutPage() {
  const scope = useScope();
  const { rolloutId } = useParams({ from: '/app/rollouts/$rolloutId' });
  const rollout = useQuery(rolloutQuery(scope, rolloutId));
  return (
    <Page>
      <QueryView query={rollout} loading={<LoadingBlock height={480} />}>
        {(data) => (
          <RolloutView
            rollout={data}
            scope={scope}
            shownAtMs={rollout.dataUpdatedAt}
            onReload={() => void rollout.refetch()}
          />
        )}
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
  // What was rolled back may be acknowledged and begun again by somebody else.
  const isFinal = rollout.state === 'completed' || rollout.state === 'cancelled';
  const live = useLive(isFinal ? null : url, {
    rollout: (data) => {
      queryClient.setQueryData(queryKey, laterOf(data as Rollout));
    },
  });
  return isFinal ? 'open' : live;
}

type RolloutViewProps = {
  readonly rollout: Rollout;
  readonly scope: Scope;
  readonly shownAtMs: number;
  readonly onReload: () => void;
};

function RolloutView({ rollout, scope, shownAtMs, onReload }: RolloutViewProps) {
  const live = useLiveRollout(rollout, scope);
  return (
    <>
      <RolloutHeader rollout={rollout} scope={scope} />
      <div className={styles.bar}>
        <RolloutState rollout={rollout} />
        <RolloutActions rollout={rollout} scope={scope} />
      </div>
      <RolloutNow rollout={rollout} live={live} shownAtMs={shownAtMs} onReload={onReload}>
        <IncidentLinks rollout={rollout} scope={scope} />
      </RolloutNow>
      <Stages rollout={rollout} scope={scope} />
      {rollout.warnings.length > 0 && rollout.state === 'draft' && (
        <Alert color="watch" icon={<IconInfoCircle size={18} />} title="Before you start">
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {rollout.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Guardrails rollout={rollout} scope={scope} />
      {rollout.plan.stages.some(({ feedback }) => feedback) && (
        <Feedback rollout={rollout} scope={scope} />
      )}
      {isStarted(rollout) && <FlagErrors scope={scope} flagKey={rollout.flag_key} />}
      <Checklist rollout={rollout} scope={scope} />
      <WayBack rollout={rollout} scope={scope} />
      <Decisions rollout={rollout} scope={scope} />
      <div className={styles.barRoom} />
    </>
  );
}

function RolloutHeader({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  return (
    <PageHeader
      title={rollout.flag_key}
      mono
      back={{ to: '/rollouts', label: 'Rollouts' }}
      lead={
        <>
          Rollout in {rollout.environment} of the flag{' '}
          <Link to="/feature-flags/$flagId" params={{ flagId: String(rollout.flag_id) }}>
            {rollout.flag_key}
          </Link>
          {rollout.plan.treatment ? `, variant ${rollout.plan.treatment}` : ''}
          {rollout.plan.unit === PERSON ? '' : `, to groups of the type ${rollout.plan.unit}`}
        </>
      }
      actions={
        <>
          {isPlanOpen(rollout) && (
            <LinkButton
              to="/rollouts/$rolloutId/plan"
              params={{ rolloutId: rollout.id }}
              variant="default"
              leftSection={<IconPencil size={16} />}
            >
              Edit plan
            </LinkButton>
          )}
          {!isStarted(rollout) && !isOver(rollout) && (
            <DryRunButton scope={scope} wish={{ rolloutId: rollout.id }} isComplete />
          )}
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
        </>
      }
    />
  );
}

/** The state in words, told to screen readers whenever it changes. */
function RolloutState({ rollout }: { rollout: Rollout }) {
  const { tone, isLive } = stateWords(rollout.state);
  const { stages, stage_index: index } = rollout;
  const place = isStarted(rollout) && !isOver(rollout);
  return (
    <div className={styles.barState} role="status">
      <StatusBadge tone={tone} live={isLive ?? false}>
        {stateLabel(rollout)}
      </StatusBadge>
      {place && (
        <span className={styles.barStage}>
          {stages[index]?.name}, stage {index + 1} of {stages.length}
        </span>
      )}
    </div>
  );
}

function Guardrails({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  const series = useSeries(rollout, scope);
  const { evaluation } = rollout;
  if (!evaluation) {
    return isStarted(rollout) ? (
      <Section title="Guardrails">
        <p className={styles.detail}>
          {isOver(rollout)
            ? 'It was over before anything was counted in this stage.'
            : 'Counting begins once apps have had time to learn of this stage.'}
        </p>
      </Section>
    ) : null;
  }
  return (
    <section aria-label="Guardrails" className={styles.guardrails}>
      {evaluation.guardrails.map((guardrail) => (
        <GuardrailCard key={guardrail.id} guardrail={guardrail} units={unitsOf(rollout)}>
          <GuardrailHistory guardrail={guardrail} series={series} />
          <GuardrailLinks guardrail={guardrail} rollout={rollout} scope={scope} />
        </GuardrailCard>
      ))}
    </section>
  );
}

export const rolloutRoute = createLazyRoute('/app/rollouts/$rolloutId')({
  component: RolloutPage,
});
