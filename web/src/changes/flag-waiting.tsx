// What waits for one flag in the chosen environment: open requests, what is planned, and planning more.
import { Button } from '@mantine/core';
import { IconArrowsDiff, IconCalendarPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { requestsQuery, schedulesQuery, useLiveChanges } from '../api/changes.ts';
import type { FlagPartProps } from '../flags/flag-part.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';
import { RequestsTable } from './requests-table.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { SchedulesTable } from './schedules-table.tsx';
import styles from './changes.module.css';

export function FlagWaiting({ flag, scope }: FlagPartProps) {
  const [isPlanning, setPlanning] = useState(false);
  const pending = useQuery(schedulesQuery(scope, 'pending', flag.id));
  const done = useQuery(schedulesQuery(scope, 'done', flag.id));
  const open = useQuery(requestsQuery(scope, 'open', flag.id));
  useLiveChanges(scope);
  const { name } = scope.environment;
  return (
    <div className={styles.stack}>
      <Section
        title="Planned"
        lead={`Made by itself in ${name} when its time comes.`}
        actions={
          <>
            {scope.project.environments.length > 1 && (
              <LinkButton
                to="/environments/compare"
                search={{ flag: flag.key }}
                variant="default"
                leftSection={<IconArrowsDiff size={16} />}
              >
                Compare environments
              </LinkButton>
            )}
            <Button leftSection={<IconCalendarPlus size={16} />} onClick={() => setPlanning(true)}>
              Plan a change
            </Button>
          </>
        }
        flush
      >
        <QueryView query={pending}>
          {({ results }) => (
            <SchedulesTable
              scope={scope}
              changes={results}
              isOfOneFlag
              empty="Such as switching it on in the morning of a launch."
            />
          )}
        </QueryView>
      </Section>
      <Section title="Requests" lead="Waiting for the word of somebody." flush>
        <QueryView query={open}>
          {({ results }) => (
            <RequestsTable requests={results} empty="No open request changes this flag." />
          )}
        </QueryView>
      </Section>
      {done.data && done.data.count > 0 && (
        <Section title="What became of earlier plans" flush>
          <SchedulesTable scope={scope} changes={done.data.results} isOfOneFlag empty="" />
        </Section>
      )}
      {isPlanning && (
        <ScheduleDialog flag={flag} scope={scope} onClose={() => setPlanning(false)} />
      )}
    </div>
  );
}
