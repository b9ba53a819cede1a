// One incident: what happened, to whom, why the change was stopped or taken back, and what people make of it.
import { Button } from '@mantine/core';
import { IconEye, IconFileText } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link, useParams } from '@tanstack/react-router';
import { type Incident, incidentFileUrl, incidentQuery } from '../api/incidents.ts';
import { rolloutQuery, useRolloutAction } from '../api/rollouts.ts';
import { type Scope, useScope } from '../api/session.ts';
import { COMMANDS, consequence } from '../rollouts/command-words.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { ActionItems } from './action-items.tsx';
import { Affected } from './affected.tsx';
import { Decision } from './decision.tsx';
import { Facts } from './facts.tsx';
import { stateOf } from './incident-words.ts';
import { Messages } from './messages.tsx';
import { PostMortem } from './post-mortem.tsx';
import { Timeline } from './timeline.tsx';
import { UserMessages } from './user-messages.tsx';

function IncidentPage() {
  const scope = useScope();
  const { incidentId } = useParams({ from: '/app/incidents/$incidentId' });
  const incident = useQuery(incidentQuery(scope, incidentId));
  return (
    <Page>
      <QueryView query={incident} loading={<LoadingBlock height={480} />}>
        {(data) => <IncidentView key={data.id} incident={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

type Props = { readonly incident: Incident; readonly scope: Scope };

function IncidentView({ incident, scope }: Props) {
  const { label, tone, isLive = false } = stateOf(incident);
  const { evidence } = incident;
  return (
    <>
      <PageHeader
        title={incident.flag_key}
        mono
        back={{ to: '/incidents', label: 'Incidents' }}
        badge={
          <StatusBadge tone={tone} live={isLive}>
            {label}
          </StatusBadge>
        }
        lead={
          <>
            {incident.kind === 'rollback' ? 'Rollback' : 'Investigation'} in {incident.environment},
            in stage {incident.stage.name} of{' '}
            <Link to="/rollouts/$rolloutId" params={{ rolloutId: incident.rollout_id }}>
              its rollout
            </Link>
          </>
        }
        actions={
          <>
            <Button
              component="a"
              variant="default"
              href={incidentFileUrl(scope, incident.id, 'incidents.markdown')}
              download
              leftSection={<IconFileText size={16} stroke={1.6} />}
            >
              Markdown
            </Button>
            {incident.acknowledgement === 'needed' && (
              <Acknowledge incident={incident} scope={scope} />
            )}
          </>
        }
      />
      <Facts incident={incident} />
      <Section title="Time line">
        <Timeline entries={incident.timeline} />
      </Section>
      <Decision incident={incident} />
      {evidence && <Affected incident={incident} evidence={evidence} scope={scope} />}
      <PostMortem incident={incident} scope={scope} />
      <ActionItems incident={incident} scope={scope} />
      <Messages messages={incident.messages} />
      <UserMessages incident={incident} scope={scope} />
    </>
  );
}

/** Acknowledges the rollback: the flag may be rolled out again. */
function Acknowledge({ incident, scope }: Props) {
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const rollout = useQuery(rolloutQuery(scope, incident.rollout_id));
  const act = useRolloutAction(scope);
  const press = async () => {
    if (!rollout.data) return;
    const body = consequence('ack', rollout.data);
    const answer = await confirm({ ...COMMANDS.ack, body, action: COMMANDS.ack.label });
    if (!answer) return;
    act.mutate(
      { rollout: rollout.data, action: 'ack', reason: answer.reason },
      {
        onSuccess: () => {
          toastDone('Acknowledged.');
          void queryClient.invalidateQueries({ queryKey: ['incident'] });
          void queryClient.invalidateQueries({ queryKey: ['incidents'] });
        },
        onError: toastError,
      },
    );
  };
  const mayAck = rollout.data?.commands.includes('ack') ?? false;
  return (
    <Button
      leftSection={<IconEye size={16} />}
      loading={act.isPending}
      disabled={!mayAck}
      onClick={() => void press()}
    >
      Acknowledge
    </Button>
  );
}

export const incidentRoute = createLazyRoute('/app/incidents/$incidentId')({
  component: IncidentPage,
});
