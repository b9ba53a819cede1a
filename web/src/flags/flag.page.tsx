// One flag: what to know before it is changed, its editor, and tabs for all that is told about it.
import { Box, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, useMemo, useState } from 'react';
import { flagQuery } from '../api/flags.ts';
import { useScope } from '../api/session.ts';
import { Page, PageHeader } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { TabList } from '../ui/tab-list.tsx';
import { changeOf } from './draft-body.ts';
import { FlagActions } from './flag-actions.tsx';
import { FlagEditor } from './flag-editor.tsx';
import { FlagNotices } from './flag-notices.tsx';
import { StaleBadge } from './stale-badge.tsx';
import type { FlagPartProps } from './flag-part.ts';
import { FLAG_TABS, TARGETING } from './flag-tabs.ts';
import { UnsavedChange } from './unsaved.ts';
import { type FlagEdit, useFlagEdit } from './use-flag-edit.ts';

function FlagPage() {
  const scope = useScope();
  const { flagId } = useParams({ from: '/app/feature-flags/$flagId' });
  const flag = useQuery(flagQuery(scope, flagId));
  return (
    <Page>
      <QueryView query={flag} loading={<LoadingBlock height={420} />}>
        {(data) => (
          <FlagView key={`${data.id} ${scope.environment.key}`} flag={data} scope={scope} />
        )}
      </QueryView>
    </Page>
  );
}

function FlagState({ flag }: Pick<FlagPartProps, 'flag'>) {
  if (flag.archived) {
    return (
      <StatusBadge tone="neutral" hollow>
        Archived
      </StatusBadge>
    );
  }
  return (
    <>
      <StatusBadge tone={flag.active ? 'safe' : 'neutral'} hollow={!flag.active}>
        {flag.active ? 'On' : 'Off'}
      </StatusBadge>
      {flag.status === 'STALE' && <StaleBadge />}
    </>
  );
}

function FlagView({ flag, scope }: FlagPartProps) {
  const edit = useFlagEdit({ flag, scope });
  const { draft, base, isDirty } = edit;
  // The panels look at the edits too, so they hear of them only when those have changed.
  const unsaved = useMemo(() => (isDirty ? changeOf(draft, base) : null), [isDirty, draft, base]);
  return (
    <UnsavedChange.Provider value={unsaved}>
      <PageHeader
        title={flag.key}
        mono
        lead={flag.name || undefined}
        back={{ to: '/feature-flags', label: 'Flags' }}
        badge={<FlagState flag={flag} />}
        actions={<FlagActions flag={flag} scope={scope} />}
      />
      <FlagNotices flag={flag} scope={scope} />
      <FlagTabs flag={flag} scope={scope} edit={edit} />
    </UnsavedChange.Provider>
  );
}

function FlagTabs({ flag, scope, edit }: FlagPartProps & { readonly edit: FlagEdit }) {
  const { tab } = useSearch({ from: '/app/feature-flags/$flagId' });
  const navigate = useNavigate({ from: '/feature-flags/$flagId' });
  const chosen = FLAG_TABS.find(({ value }) => value === tab)?.value ?? TARGETING.value;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([chosen]));
  if (!opened.has(chosen)) setOpened(new Set(opened).add(chosen));
  const choose = (next: string | null) =>
    void navigate({
      search: (current) => ({
        ...current,
        tab: next === TARGETING.value ? undefined : (next ?? undefined),
      }),
    });
  return (
    <Tabs value={chosen} onChange={choose} keepMountedMode="display-none">
      <Box mb="md">
        <TabList tabs={[TARGETING, ...FLAG_TABS]} chosen={chosen} />
      </Box>
      {/* Kept mounted, so that a look at another tab loses no edits. */}
      <Tabs.Panel value={TARGETING.value} keepMounted>
        <FlagEditor flag={flag} scope={scope} edit={edit} />
      </Tabs.Panel>
      {FLAG_TABS.map(({ value, Panel, isKept }) => (
        <Tabs.Panel key={value} value={value} keepMounted={isKept === true && opened.has(value)}>
          <Suspense fallback={<LoadingBlock height={240} />}>
            <Panel flag={flag} scope={scope} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

export const flagRoute = createLazyRoute('/app/feature-flags/$flagId')({ component: FlagPage });
