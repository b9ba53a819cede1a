// Flags that code asks for though they do not exist: typing errors, flags deleted too early, flags to come.
import { Button, Group } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { type UnknownFlag, unknownFlagsQuery, useForgetUnknown } from '../api/flag-list.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';

function columnsFor(onForget: (key: string) => void): readonly Column<UnknownFlag>[] {
  return [
    { title: 'Key', cell: ({ key }) => <code>{key}</code>, lead: true },
    { title: 'Asked', shrink: true, nameNarrow: true, cell: ({ count }) => formatNumber(count) },
    { title: 'By', shrink: true, nameNarrow: true, cell: ({ sdk }) => sdk },
    {
      title: 'First',
      shrink: true,
      hideNarrow: true,
      cell: ({ first_seen_at: at }) => <Time at={at} />,
    },
    {
      title: 'Last',
      shrink: true,
      nameNarrow: true,
      cell: ({ last_seen_at: at }) => <Time at={at} />,
    },
    {
      title: 'Actions',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: ({ key }) => (
        <Group gap={6} wrap="nowrap" justify="flex-end">
          <LinkButton
            to="/feature-flags/new"
            search={{ key }}
            variant="default"
            size="compact-sm"
            aria-label={`Create this flag: ${key}`}
          >
            Create this flag
          </LinkButton>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={`Forget ${key}`}
            onClick={() => onForget(key)}
          >
            Forget
          </Button>
        </Group>
      ),
    },
  ];
}

function UnknownFlags() {
  const scope = useScope();
  const unknown = useQuery(unknownFlagsQuery(scope));
  const forget = useForgetUnknown(scope);
  const onForget = (key: string) =>
    forget.mutate(key, {
      onError: toastError,
      onSuccess: () => toastDone(`${key} is forgotten until code asks again.`),
    });
  return (
    <Page>
      <PageHeader
        title="Unknown flags"
        lead={`What code in ${scope.environment.name} asks for, though there is no such flag. It gets nothing.`}
        back={{ to: '/feature-flags', label: 'Flags' }}
      />
      <Section flush>
        <QueryView query={unknown}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconCircleCheck size={24} stroke={1.6} />}
                title="Every flag that code asks for exists"
              >
                A typing error in code, or a flag deleted too early, would stand here.
              </EmptyState>
            ) : (
              <DataTable
                label="Unknown flags"
                columns={columnsFor(onForget)}
                rows={results}
                rowKey={({ key }) => key}
              />
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

export const unknownFlagsRoute = createLazyRoute('/app/feature-flags/unknown')({
  component: UnknownFlags,
});
