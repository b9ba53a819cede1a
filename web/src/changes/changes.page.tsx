// Changes that wait in the chosen environment: requests for approval, and what is planned for a time.
import { SegmentedControl, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import {
  type RequestsShown,
  requestsQuery,
  schedulesQuery,
  useLiveChanges,
} from '../api/changes.ts';
import { type Scope, useScope } from '../api/session.ts';
import { approvalWords } from '../environments/protection-words.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';
import { TabList } from '../ui/tab-list.tsx';
import styles from './changes.module.css';
import { RequestsTable } from './requests-table.tsx';
import { SchedulesTable } from './schedules-table.tsx';

const TABS = [
  { value: 'requests', label: 'Requests' },
  { value: 'scheduled', label: 'Scheduled' },
] as const;

function Changes() {
  const scope = useScope();
  const { tab } = useSearch({ from: '/app/changes' });
  const navigate = useNavigate({ from: '/changes' });
  const chosen = TABS.find(({ value }) => value === tab)?.value ?? 'requests';
  useLiveChanges(scope);
  return (
    <Page>
      <PageHeader
        title="Changes"
        lead={`What waits in ${scope.environment.name}: for the word of somebody, or for its time.`}
      />
      <Tabs
        value={chosen}
        onChange={(next) =>
          void navigate({
            search: (current) => ({ ...current, tab: next ?? undefined, show: undefined }),
          })
        }
      >
        <TabList tabs={TABS} chosen={chosen} />
      </Tabs>
      {chosen === 'requests' ? <Requests scope={scope} /> : <Scheduled scope={scope} />}
    </Page>
  );
}

type ShowProps = { readonly options: readonly { value: string; label: string }[] };

/** Which ones are shown; the first unless the address says. */
function useShow({ options }: ShowProps): [string, React.ReactNode] {
  const { show } = useSearch({ from: '/app/changes' });
  const navigate = useNavigate({ from: '/changes' });
  const chosen = options.find(({ value }) => value === show)?.value ?? options[0]?.value ?? '';
  const control = (
    <div className={styles.tools}>
      <SegmentedControl
        aria-label="Which ones"
        data={[...options]}
        value={chosen}
        onChange={(next) =>
          void navigate({ search: (current) => ({ ...current, show: next }), replace: true })
        }
      />
    </div>
  );
  return [chosen, control];
}

const REQUESTS_SHOWN = [
  { value: 'open', label: 'Open' },
  { value: 'mine', label: 'Mine' },
  { value: 'closed', label: 'Done' },
];

function Requests({ scope }: { scope: Scope }) {
  const [show, control] = useShow({ options: REQUESTS_SHOWN });
  const requests = useQuery(requestsQuery(scope, show as RequestsShown));
  const { name, protection } = scope.environment;
  const empty =
    protection.required_approvals > 0
      ? approvalWords(name, protection.required_approvals)
      : `Flags change in ${name} without approval; its settings can ask for one.`;
  return (
    <>
      {control}
      <Section flush>
        <QueryView query={requests}>
          {({ results }) => <RequestsTable requests={results} empty={empty} />}
        </QueryView>
      </Section>
    </>
  );
}

const SCHEDULES_SHOWN = [
  { value: 'pending', label: 'To come' },
  { value: 'done', label: 'Done' },
];

function Scheduled({ scope }: { scope: Scope }) {
  const [show, control] = useShow({ options: SCHEDULES_SHOWN });
  const schedules = useQuery(schedulesQuery(scope, show as 'pending' | 'done'));
  return (
    <>
      {control}
      <Section flush>
        <QueryView query={schedules}>
          {({ results }) => (
            <SchedulesTable
              scope={scope}
              changes={results}
              empty="Changes are planned on the page of a flag, in its tab Changes."
            />
          )}
        </QueryView>
      </Section>
    </>
  );
}

export const changesRoute = createLazyRoute('/app/changes')({ component: Changes });
