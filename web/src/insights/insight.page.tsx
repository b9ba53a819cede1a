// One insight: new, or one that was saved. The question in the address wins over the saved one.
import { Button } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import {
  type InsightQuery,
  type SavedInsight,
  savedInsightQuery,
  useUpdateInsight,
} from '../api/insights.ts';
import { eventNamesQuery } from '../api/known-events.ts';
import { type Scope, useScope } from '../api/session.ts';
import { AddToDashboard } from '../dashboards/add-to-dashboard.tsx';
import { FavouriteButton } from '../ui/favourite-button.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { copyText } from '../ui/copy.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { Explorer } from './explorer.tsx';
import { flagQuestion } from './flag-question.ts';
import { kindLabel, newQuery } from './query.ts';
import { asQuery, isSameQuery, parseQuery, queryText } from './query-address.ts';
import { SaveActions } from './save-actions.tsx';
import { useShowSaved } from './use-show-saved.ts';

const BACK = { to: '/insights', label: 'Insights' };

function NewInsightPage() {
  const scope = useScope();
  const at = useSearch({ from: '/app/insights/new' });
  const [openedMs] = useState(() => Date.now());
  const names = useQuery(eventNamesQuery(scope));
  const asked = parseQuery(at.q) ?? flagQuestion(at, openedMs);
  return (
    <Page>
      {asked ? (
        <InsightView scope={scope} query={asked} saved={null} />
      ) : (
        <QueryView query={names} loading={<LoadingBlock height={480} />}>
          {(known) =>
            known.length === 0 ? (
              <NoEvents scope={scope} />
            ) : (
              <InsightView scope={scope} query={firstQuestion(known)} saved={null} />
            )
          }
        </QueryView>
      )}
    </Page>
  );
}

/** About what most people look at first: page views, else what happens most. */
function firstQuestion(known: readonly string[]): InsightQuery {
  return newQuery('TrendsQuery', known.includes('$pageview') ? '$pageview' : (known[0] ?? null));
}

function SavedInsightPage() {
  const scope = useScope();
  const { shortId } = useParams({ from: '/app/insights/$shortId' });
  const { q } = useSearch({ from: '/app/insights/$shortId' });
  const saved = useQuery(savedInsightQuery(scope, shortId));
  return (
    <Page>
      <QueryView query={saved} loading={<LoadingBlock height={480} />}>
        {(insight) => {
          const query = parseQuery(q) ?? asQuery(insight.query);
          if (query) return <InsightView scope={scope} query={query} saved={insight} />;
          return (
            <>
              <PageHeader title={insight.name || 'Insight'} back={BACK} />
              <Section>
                <EmptyState title="Not shown here">
                  This insight asks a question that the web app has no page for. The API answers it.
                </EmptyState>
              </Section>
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}

type InsightViewProps = {
  readonly scope: Scope;
  readonly query: InsightQuery;
  readonly saved: SavedInsight | null;
};

function InsightView({ scope, query, saved }: InsightViewProps) {
  const navigate = useNavigate();
  const showSaved = useShowSaved();
  const stored = saved && asQuery(saved.query);
  const isChanged = stored !== null && !isSameQuery(stored, query);
  const title = saved ? saved.name || 'Insight without a name' : 'New insight';
  const change = (next: InsightQuery) =>
    void navigate({
      to: '.',
      search: ({ environment }: { environment?: string }) => ({ environment, q: queryText(next) }),
      resetScroll: false,
    });
  return (
    <>
      <PageHeader
        title={title}
        lead={saved?.description || undefined}
        back={BACK}
        badge={
          <>
            {saved && !saved.deleted && <Favourite scope={scope} saved={saved} />}
            <Badge saved={saved} isChanged={isChanged} />
          </>
        }
        actions={
          <>
            <ShareButton />
            {!saved?.deleted && (
              <AddToDashboard
                scope={scope}
                insight={isChanged ? null : saved}
                query={query}
                name={saved?.name ?? ''}
                onSaved={(insight) => void showSaved(insight.short_id)}
              />
            )}
            <SaveActions scope={scope} query={query} saved={saved} isChanged={isChanged} />
          </>
        }
      />
      <Explorer
        query={query}
        scope={scope}
        title={saved ? title : kindLabel(query.kind)}
        onChange={change}
      />
    </>
  );
}

function Favourite({ scope, saved }: { scope: Scope; saved: SavedInsight }) {
  const update = useUpdateInsight(scope);
  return (
    <FavouriteButton
      isOn={saved.favorited}
      onChange={(favorited) => update.mutate({ id: saved.id, favorited }, { onError: toastError })}
    />
  );
}

function Badge({
  saved,
  isChanged,
}: {
  saved: SavedInsight | null;
  isChanged: boolean;
}): ReactNode {
  if (saved && !isChanged) return null;
  return (
    <StatusBadge tone="watch" hollow>
      {saved ? 'Unsaved changes' : 'Not saved'}
    </StatusBadge>
  );
}

function ShareButton() {
  const share = async () => {
    await copyText(window.location.href);
    toastDone('The link is copied: it shows the same to everyone who may sign in.');
  };
  return (
    <Button variant="default" leftSection={<IconLink size={16} />} onClick={() => void share()}>
      Copy link
    </Button>
  );
}

function NoEvents({ scope }: { scope: Scope }) {
  return (
    <>
      <PageHeader title="New insight" back={BACK} />
      <Section>
        <EmptyState
          title={`No events in ${scope.environment.name} yet`}
          action={
            <LinkButton to="/settings" search={{ tab: 'install' }}>
              How to install an SDK
            </LinkButton>
          }
        >
          Insights are questions about what your apps report. Send a first event, then come back.
        </EmptyState>
      </Section>
    </>
  );
}

export const newInsightRoute = createLazyRoute('/app/insights/new')({ component: NewInsightPage });
export const insightRoute = createLazyRoute('/app/insights/$shortId')({
  component: SavedInsightPage,
});
