// One change request: what it changes, what became of its flags meanwhile, what people say, what one may do.
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import {
  act,
  type ChangeRequest,
  requestQuery,
  useChange,
  useLiveChanges,
} from '../api/changes.ts';
import { type Scope, useScope } from '../api/session.ts';
import { joinWords } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './changes.module.css';
import { RequestActions } from './request-actions.tsx';
import { RequestItems } from './request-items.tsx';
import { RequestReviews } from './request-reviews.tsx';
import { RequestThread } from './request-thread.tsx';
import { localWords, partName, requestState } from './request-words.ts';

function RequestPage() {
  const scope = useScope();
  const { number } = useParams({ from: '/app/changes/$number' });
  const request = useQuery(requestQuery(scope, number));
  useLiveChanges(scope);
  return (
    <Page>
      <QueryView query={request} loading={<LoadingBlock height={420} />}>
        {(data) => <RequestView request={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

type ViewProps = { readonly request: ChangeRequest; readonly scope: Scope };

function RequestView({ request, scope }: ViewProps) {
  const { label, tone } = requestState(request);
  const environment = scope.project.environments.find(({ key }) => key === request.environment);
  return (
    <>
      <PageHeader
        title={request.title}
        lead={
          <>
            Request {request.number} in {environment?.name ?? request.environment}, by{' '}
            {request.author.label}, <Time at={request.created_at} />
          </>
        }
        back={{ to: '/changes', label: 'Changes' }}
        badge={<StatusBadge tone={tone}>{label}</StatusBadge>}
        actions={<RequestActions request={request} scope={scope} />}
      />
      <Notices request={request} scope={scope} />
      <div className={styles.layout}>
        <div className={styles.stack}>
          {request.description && (
            <Section title="Why">
              <p className={styles.body}>{request.description}</p>
            </Section>
          )}
          <RequestItems request={request} />
          <RequestThread request={request} scope={scope} />
        </div>
        <RequestReviews request={request} />
      </div>
    </>
  );
}

function Notices({ request, scope }: ViewProps) {
  const { due } = request;
  return (
    <>
      {request.state === 'open' && request.is_moved && <Moved request={request} scope={scope} />}
      {request.state === 'open' && due && (
        <Alert color="info" icon={<IconClock size={18} />} title="It has a time">
          Applied by itself on {localWords(due.local_time)} ({due.time_zone}), <Time at={due.at} />,
          if it is approved by then.
        </Alert>
      )}
    </>
  );
}

/** The flags are no longer what was proposed on. */
function Moved({ request, scope }: ViewProps) {
  const run = useChange(act(scope));
  const moved = request.items.flatMap(({ movement, flag }) =>
    movement ? [{ key: flag.key, parts: [...movement.overlapping, ...movement.apart] }] : [],
  );
  const isOverlapping = request.items.some(({ movement }) => movement?.overlapping.length);
  const words = moved.map(({ key, parts }) => `${joinWords(parts.map(partName))} of ${key}`);
  const rebase = () =>
    run.mutate(
      { verb: 'rebase', number: request.number, version: request.version },
      {
        onError: toastError,
        onSuccess: () => toastDone('It stands on what is stored now. It is to be approved again.'),
      },
    );
  return (
    <Alert
      color="watch"
      icon={<IconAlertTriangle size={18} />}
      title="Others have changed the flag meanwhile"
    >
      They changed {joinWords(words)}.{' '}
      {isOverlapping
        ? 'This request changes the same, so its author has to propose it anew.'
        : 'This request changes something else, so both can go together.'}
      {request.actions.includes('rebase') && (
        <Group mt="sm">
          <Button size="compact-sm" variant="default" loading={run.isPending} onClick={rebase}>
            Bring it on top of that
          </Button>
        </Group>
      )}
    </Alert>
  );
}

export const requestRoute = createLazyRoute('/app/changes/$number')({ component: RequestPage });
