// Settings: the project, its environments and people, API keys, and how to install an SDK.
import { Tabs } from '@mantine/core';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '../api/session.ts';
import { Channels } from '../notify/channels.tsx';
import { InstallSnippets } from '../install/install-snippets.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { TabList } from '../ui/tab-list.tsx';
import { EnvironmentsSettings } from '../environments/environments-settings.tsx';
import { Members } from '../members/members.tsx';
import { Senders } from '../signals/senders.tsx';
import { ApiKeys } from './api-keys.tsx';
import { FlagSettings } from './flag-settings.tsx';
import { RecordingSettings } from './recording/recording-settings.tsx';
import { SecretKeys } from './secret-keys.tsx';
import { Holdouts } from './holdouts.tsx';
import { MetricSource } from './metric-source.tsx';
import { ProjectSettings } from './project-settings.tsx';

const TABS = [
  { value: 'project', label: 'Project' },
  { value: 'flags', label: 'Flags' },
  { value: 'environments', label: 'Environments' },
  { value: 'recordings', label: 'Session replay' },
  { value: 'people', label: 'People' },
  { value: 'keys', label: 'API keys' },
  { value: 'holdouts', label: 'Holdouts' },
  { value: 'notifications', label: 'Notifications' },
  { value: 'signals', label: 'Signals' },
  { value: 'install', label: 'Install' },
] as const;

function Settings() {
  const scope = useScope();
  const { tab } = useSearch({ from: '/app/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const chosen = TABS.find(({ value }) => value === tab)?.value ?? 'project';
  return (
    <Page>
      <PageHeader title="Settings" />
      <Tabs
        value={chosen}
        onChange={(next) =>
          void navigate({ search: (current) => ({ ...current, tab: next ?? undefined }) })
        }
      >
        <TabList tabs={TABS} chosen={chosen} />
      </Tabs>
      {chosen === 'project' && <ProjectSettings scope={scope} />}
      {chosen === 'flags' && <FlagSettings scope={scope} />}
      {chosen === 'keys' && (
        <>
          <SecretKeys scope={scope} />
          <ApiKeys />
        </>
      )}
      {chosen === 'holdouts' && <Holdouts scope={scope} />}
      {chosen === 'environments' && (
        <>
          <EnvironmentsSettings scope={scope} />
          <MetricSource scope={scope} />
        </>
      )}
      {chosen === 'recordings' && <RecordingSettings scope={scope} />}
      {chosen === 'people' && <Members scope={scope} />}
      {chosen === 'notifications' && <Channels scope={scope} />}
      {chosen === 'signals' && <Senders scope={scope} />}
      {chosen === 'install' && (
        <Section
          title={`Install in ${scope.environment.name}`}
          lead="Serin speaks to unmodified PostHog SDKs. Address and token are filled in."
        >
          <InstallSnippets
            input={{
              origin: window.location.origin,
              token: scope.environment.token,
              flagKey: 'new-checkout',
              variant: null,
            }}
          />
        </Section>
      )}
    </Page>
  );
}

export const settingsRoute = createLazyRoute('/app/settings')({ component: Settings });
