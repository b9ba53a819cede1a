// Metrics that several experiments share: one definition, one place to mend it.
import { metricWords } from 'serin/experiments/metric-words';
import { IconPlus, IconRuler2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Metric } from '../api/experiments.ts';
import { type SavedMetric, savedMetricsQuery, useDeleteMetric } from '../api/saved-metrics.ts';
import { useScope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './experiments.module.css';
import { SavedMetricDialog } from './saved-metric-dialog.tsx';

const COLUMNS: readonly Column<SavedMetric>[] = [
  {
    title: 'Metric',
    lead: true,
    cell: ({ name, description, query }) => (
      <div className={styles.name}>
        <strong>{name}</strong>
        <span className={styles.dim}>{description || metricWords(query as unknown as Metric)}</span>
      </div>
    ),
  },
  {
    title: 'Used by',
    nameNarrow: true,
    cell: ({ used_by: uses }) =>
      uses.length === 0 ? (
        <span className={styles.dim}>none</span>
      ) : (
        <div className={styles.uses}>
          {uses.map(({ id, name }) => (
            <Link key={id} to="/experiments/$experimentId" params={{ experimentId: String(id) }}>
              {name}
            </Link>
          ))}
        </div>
      ),
  },
  {
    title: 'Changed',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ updated_at: at }) => <Time at={at} />,
  },
];

function SavedMetrics() {
  const scope = useScope();
  const metrics = useQuery(savedMetricsQuery(scope));
  const remove = useDeleteMetric(scope);
  const confirm = useConfirm();
  const [edited, setEdited] = useState<SavedMetric | 'new' | null>(null);
  const ask = async ({ id, name }: SavedMetric) => {
    const answer = await confirm({
      title: `Delete “${name}”?`,
      body: 'No experiment may use it any more.',
      action: 'Delete',
      tone: 'harm',
    });
    if (!answer) return;
    remove.mutate(id, { onSuccess: () => toastDone(`${name} is deleted.`), onError: toastError });
  };
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      New metric
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="Shared metrics"
        lead="What several experiments measure alike. A change holds for all of them at once."
        back={{ to: '/experiments', label: 'Experiments' }}
        actions={add}
      />
      <Section flush>
        <QueryView query={metrics}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconRuler2 size={24} stroke={1.6} />}
                title="No shared metrics yet"
                action={add}
              >
                Define what many experiments look at once: revenue per person, conversion, errors.
              </EmptyState>
            ) : (
              <DataTable
                label="Shared metrics"
                columns={[
                  ...COLUMNS,
                  actionsColumn<SavedMetric>(
                    (metric) => [
                      {
                        label: 'Edit',
                        name: `Edit ${metric.name}`,
                        onClick: () => setEdited(metric),
                      },
                      {
                        label: 'Delete',
                        name: `Delete ${metric.name}`,
                        tone: 'harm',
                        onClick: () => void ask(metric),
                      },
                    ],
                    { ownLineNarrow: true },
                  ),
                ]}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      {edited !== null && (
        <SavedMetricDialog
          scope={scope}
          metric={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}

export const savedMetricsRoute = createLazyRoute('/app/experiments/metrics')({
  component: SavedMetrics,
});
