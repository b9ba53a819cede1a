// Saved insights: found, opened, renamed, doubled, deleted.
import { Group } from '@mantine/core';
import { IconChartLine, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  SAVED_PAGE,
  type SavedInsight,
  savedInsightsQuery,
  useSaveInsight,
  useUpdateInsight,
} from '../api/insights.ts';
import { type Scope, useScope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FavouriteButton } from '../ui/favourite-button.tsx';
import { FAVOURITES, FavouritesFilter } from '../ui/favourites-filter.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { SearchText } from '../ui/search-text.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './insights.module.css';
import { NameDialog } from './name-dialog.tsx';
import { asQuery } from './query-address.ts';
import { kindLabel } from './query.ts';
import { questionWords } from './question-words.ts';

const COLUMNS: readonly Column<SavedInsight>[] = [
  {
    title: 'Insight',
    lead: true,
    cell: (insight) => {
      const query = asQuery(insight.query);
      return (
        <div className={styles.insight}>
          <Link
            to="/insights/$shortId"
            params={{ shortId: insight.short_id }}
            className={styles.name}
          >
            {insight.name || 'Without a name'}
          </Link>
          <span className={styles.question}>
            {query ? `${kindLabel(query.kind)}: ${questionWords(query)}` : 'Asked by the API'}
          </span>
        </div>
      );
    },
  },
  {
    title: 'By',
    shrink: true,
    nameNarrow: true,
    cell: ({ created_by: by }) => by?.name || by?.email || 'somebody gone',
  },
  {
    title: 'Last change',
    shrink: true,
    nameNarrow: true,
    align: 'end',
    cell: (insight) => <Time at={insight.last_modified_at} />,
  },
];

const starColumn = (onStar: (id: number, isOn: boolean) => void): Column<SavedInsight> => ({
  title: 'Favourite',
  hiddenTitle: true,
  shrink: true,
  cell: ({ id, name, favorited }) => (
    <FavouriteButton
      name={name || 'Without a name'}
      isOn={favorited}
      onChange={(isOn) => onStar(id, isOn)}
    />
  ),
});

function Insights() {
  const scope = useScope();
  const { search = '', page: pageText, show } = useSearch({ from: '/app/insights' });
  const page = Math.max(1, Number(pageText) || 1);
  const navigate = useNavigate({ from: '/insights' });
  const insights = useQuery(
    savedInsightsQuery(scope, { search, page, isFavourite: show === FAVOURITES }),
  );
  return (
    <Page>
      <PageHeader
        title="Insights"
        lead="Questions about what your apps report, and how releases changed the answers."
        actions={<LinkButton to="/insights/new">New insight</LinkButton>}
      />
      <Group gap="sm">
        <SearchText
          label="Search insights"
          placeholder="Search by name"
          icon={<IconSearch size={16} stroke={1.6} />}
          className={styles.search ?? ''}
          text={search}
          onChange={(text) =>
            void navigate({
              search: (current) => ({ ...current, search: text, page: undefined }),
              replace: true,
            })
          }
        />
        <FavouritesFilter
          show={show}
          onChange={(next) =>
            void navigate({
              search: (current) => ({ ...current, show: next, page: undefined }),
              replace: true,
            })
          }
        />
      </Group>
      <Section flush>
        <QueryView query={insights}>
          {({ results, count }) =>
            results.length === 0 ? (
              <NoInsights search={search} isNarrowed={show === FAVOURITES} />
            ) : (
              <>
                <SavedTable scope={scope} rows={results} />
                {count > SAVED_PAGE && (
                  <Pager
                    offset={(page - 1) * SAVED_PAGE}
                    shown={results.length}
                    count={count}
                    pageRows={SAVED_PAGE}
                    onChange={(offset) =>
                      void navigate({
                        search: (current) => ({
                          ...current,
                          page: String(offset / SAVED_PAGE + 1),
                        }),
                      })
                    }
                  />
                )}
              </>
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

function SavedTable({ scope, rows }: { scope: Scope; rows: readonly SavedInsight[] }) {
  const confirm = useConfirm();
  const create = useSaveInsight(scope);
  const update = useUpdateInsight(scope);
  const [renamed, setRenamed] = useState<SavedInsight | null>(null);
  const duplicate = async ({ name, description, query, tags }: SavedInsight) => {
    const body = { name: `${name} (copy)`, description, query, tags };
    const copy = await create.mutateAsync(body as Parameters<typeof create.mutateAsync>[0]);
    toastDone(`${copy.name} is saved.`);
  };
  const remove = async ({ id, name }: SavedInsight) => {
    const answer = await confirm({
      title: `Delete ${name || 'this insight'}?`,
      body: 'Links to it lead nowhere then. The API can bring it back.',
      action: 'Delete',
      tone: 'harm',
    });
    if (!answer) return;
    await update.mutateAsync({ id, deleted: true });
    toastDone(`${name || 'The insight'} is deleted.`);
  };
  const columns = [
    ...COLUMNS,
    starColumn((id, favorited) => update.mutate({ id, favorited }, { onError: toastError })),
    actionsColumn<SavedInsight>(
      (insight) => [
        {
          label: 'Rename',
          name: `Rename ${insight.name}`,
          onClick: () => setRenamed(insight),
        },
        {
          label: 'Duplicate',
          name: `Duplicate ${insight.name}`,
          onClick: () => void duplicate(insight).catch(toastError),
        },
        {
          label: 'Delete',
          name: `Delete ${insight.name}`,
          tone: 'harm',
          onClick: () => void remove(insight).catch(toastError),
        },
      ],
      { shrink: true },
    ),
  ];
  return (
    <>
      <DataTable label="Insights" columns={columns} rows={rows} rowKey={({ id }) => id} />
      {renamed && (
        <NameDialog
          title="Rename insight"
          action="Rename"
          isOpen
          name={renamed.name}
          description={renamed.description}
          error={update.error}
          isPending={update.isPending}
          onClose={() => {
            setRenamed(null);
            update.reset();
          }}
          onName={async (named) => {
            await update.mutateAsync({ id: renamed.id, version: renamed.version, ...named });
            setRenamed(null);
          }}
        />
      )}
    </>
  );
}

function NoInsights({ search, isNarrowed }: { search: string; isNarrowed: boolean }) {
  if (search) {
    return <EmptyState title="No such insight">Try a part of its name.</EmptyState>;
  }
  if (isNarrowed) {
    return <EmptyState title="No favourite yet">The star of an insight makes it one.</EmptyState>;
  }
  return (
    <EmptyState
      icon={<IconChartLine size={24} stroke={1.6} />}
      title="Nothing saved yet"
      action={<LinkButton to="/insights/new">Ask a question</LinkButton>}
    >
      Trends, funnels and retention, by the variant of any flag. Save what you look at often.
    </EmptyState>
  );
}

export const insightsRoute = createLazyRoute('/app/insights')({ component: Insights });
