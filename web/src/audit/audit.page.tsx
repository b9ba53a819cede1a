// The audit log: who changed what, when, why and from where; narrowed, read, taken along as a file.
import { Button, Group, Menu } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { type AuditSearch, auditFileUrl, auditQuery } from '../api/audit.ts';
import { type Scope, useScope } from '../api/session.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { AuditItem } from './audit-item.tsx';
import { AuditFilters } from './audit-filters.tsx';
import styles from './audit.module.css';

function AuditLog() {
  const scope = useScope();
  const at = useSearch({ from: '/app/audit-log' });
  const navigate = useNavigate({ from: '/audit-log' });
  const change = (next: AuditSearch) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  return (
    <Page>
      <PageHeader
        title="Audit log"
        lead="Every change in this project, and of the people and keys that work with it."
        actions={<Download scope={scope} at={at} />}
      />
      <AuditFilters scope={scope} at={at} onChange={change} />
      <Section flush>
        <Entries scope={scope} at={at} />
      </Section>
    </Page>
  );
}

type PartProps = { readonly scope: Scope; readonly at: AuditSearch };

function Entries({ scope, at }: PartProps) {
  const query = useInfiniteQuery(auditQuery(scope, at));
  if (query.isPending) return <LoadingRows rows={8} />;
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const entries = query.data.pages.flatMap(({ results }) => results);
  if (entries.length === 0) {
    return (
      <EmptyState icon={<IconHistory size={24} stroke={1.6} />} title="Nothing matches">
        Try fewer filters, or a longer time.
      </EmptyState>
    );
  }
  return (
    <>
      <ol className={styles.list} aria-label="Entries">
        {entries.map((entry) => (
          <AuditItem key={entry.id} entry={entry} environments={scope.project.environments} />
        ))}
      </ol>
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Older entries
          </Button>
        </div>
      )}
    </>
  );
}

function Download({ scope, at }: PartProps) {
  return (
    <Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={16} stroke={1.7} />}>
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>The newest 10,000 of what is shown</Menu.Label>
          <Menu.Item component="a" href={auditFileUrl(scope, at, 'csv')} download>
            CSV
          </Menu.Item>
          <Menu.Item component="a" href={auditFileUrl(scope, at, 'json')} download>
            JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

export const auditRoute = createLazyRoute('/app/audit-log')({ component: AuditLog });
