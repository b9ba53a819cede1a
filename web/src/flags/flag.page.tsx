// One flag: its targeting in the chosen environment, its history, its rollout, and how to use it.
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useScope, type Scope } from '../api/session.ts';
import { InstallSnippets } from '../install/install-snippets.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { FlagActions } from './flag-actions.tsx';
import { FlagEditor } from './flag-editor.tsx';
import { FlagHistory } from './flag-history.tsx';
import { FlagRollouts, RolloutNotice } from './flag-rollouts.tsx';
import { FlagTry } from './flag-try.tsx';
import { type Flag, flagQuery } from '../api/flags.ts';

const TABS = [
  { value: 'targeting', label: 'Targeting' },
  { value: 'try', label: 'Try it' },
  { value: 'rollout', label: 'Rollout' },
  { value: 'use', label: 'Use it' },
  { value: 'history', label: 'History' },
] as const;

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

function FlagState({ flag }: { flag: Flag }) {
  if (flag.archived) {
    return (
      <StatusBadge tone="neutral" hollow>
        Archived
      </StatusBadge>
    );
  }
  return (
    <StatusBadge tone={flag.active ? 'safe' : 'neutral'} hollow={!flag.active}>
      {flag.active ? 'On' : 'Off'}
    </StatusBadge>
  );
}

function FlagView({ flag, scope }: { flag: Flag; scope: Scope }) {
  const { tab } = useSearch({ from: '/app/feature-flags/$flagId' });
  const navigate = useNavigate({ from: '/feature-flags/$flagId' });
  const chosen = TABS.find(({ value }) => value === tab)?.value ?? 'targeting';
  return (
    <>
      <PageHeader
        title={flag.key}
        mono
        lead={flag.name || undefined}
        back={{ to: '/feature-flags', label: 'Flags' }}
        badge={<FlagState flag={flag} />}
        actions={<FlagActions flag={flag} scope={scope} />}
      />
      <Tabs
        value={chosen}
        onChange={(next) =>
          void navigate({
            search: (current) => ({ ...current, tab: next === 'targeting' ? undefined : next! }),
          })
        }
      >
        <Tabs.List style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {/* Kept mounted, so that a look at another tab loses no edits. */}
      <div hidden={chosen !== 'targeting'}>
        <RolloutNotice flag={flag} scope={scope} />
        <FlagEditor flag={flag} scope={scope} />
      </div>
      {chosen === 'try' && <FlagTry flag={flag} scope={scope} />}
      {chosen === 'rollout' && <FlagRollouts flag={flag} scope={scope} />}
      {chosen === 'use' && <FlagUse flag={flag} scope={scope} />}
      {chosen === 'history' && <FlagHistory flag={flag} scope={scope} />}
    </>
  );
}

function FlagUse({ flag, scope }: { flag: Flag; scope: Scope }) {
  const variants = flag.filters.multivariate?.variants ?? [];
  const variant = (variants.find(({ key }) => key !== 'control') ?? variants[0])?.key ?? null;
  return (
    <Section
      title={`Ask for ${flag.key} in your code`}
      lead={`With the token of ${scope.environment.name}. Serin speaks to unmodified PostHog SDKs.`}
    >
      <InstallSnippets
        input={{
          origin: window.location.origin,
          token: scope.environment.token,
          flagKey: flag.key,
          variant,
        }}
      />
    </Section>
  );
}

export const flagRoute = createLazyRoute('/app/feature-flags/$flagId')({ component: FlagPage });
