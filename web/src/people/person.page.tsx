// One person: who they are, their properties, and their way to their events.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import { groupsOfPersonQuery } from '../api/groups.ts';
import { personQuery, type Person, usePersonProperty } from '../api/people.ts';
import { type Scope, useScope } from '../api/session.ts';
import { RecentEvents } from '../events/recent-events.tsx';
import { CopyField } from '../ui/copy.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { DeletePerson } from './delete-person.tsx';
import { EditableProperties } from './editable-properties.tsx';
import { MergePeople } from './merge-people.tsx';
import { PersonCohorts } from './person-cohorts.tsx';
import { PersonFlagsSection } from './person-flags.tsx';
import { PersonIdsSection } from './person-ids.tsx';
import { PersonSessions } from './person-sessions.tsx';
import { personName } from './person-words.ts';
import { RelatedGroups } from './related-groups.tsx';

function PersonPage() {
  const scope = useScope();
  const { personId } = useParams({ from: '/app/people/$personId' });
  const person = useQuery(personQuery(scope, personId));
  return (
    <Page>
      <QueryView query={person} loading={<LoadingBlock height={320} />}>
        {(data) => <PersonView person={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

function PersonView({ person, scope }: { person: Person; scope: Scope }) {
  const [firstId] = person.distinct_ids;
  const changes = usePersonProperty(scope, person.id);
  return (
    <>
      <PageHeader
        title={personName(person)}
        back={{ to: '/people', label: 'People' }}
        actions={
          <>
            <MergePeople scope={scope} person={person} />
            <DeletePerson scope={scope} person={person} />
          </>
        }
      />
      <Section title="Who">
        <KeyValue
          entries={[
            ['Person id', <CopyField key="id" text={person.id} what="person id" />],
            ['First seen', <Time key="seen" at={person.created_at} />],
            ['Identified', person.is_identified ? 'yes' : 'no'],
          ]}
        />
      </Section>
      {firstId !== undefined && (
        <PersonFlagsSection scope={scope} distinctIds={person.distinct_ids} />
      )}
      <PersonCohorts scope={scope} personId={person.id} />
      <PersonIdsSection scope={scope} person={person} />
      <EditableProperties
        properties={person.properties}
        owner={personName(person)}
        hint="Set them with $set when you capture."
        changes={changes}
      />
      <PersonSessions scope={scope} personId={person.id} />
      <RelatedGroups query={groupsOfPersonQuery(scope, person.id)} scope={scope} />
      <Section
        title="Events"
        flush
        actions={
          firstId !== undefined && (
            <LinkButton
              to="/events"
              search={{ distinct_id: firstId }}
              variant="default"
              size="compact-sm"
            >
              Follow live
            </LinkButton>
          )
        }
      >
        <RecentEvents scope={scope} filter={{ event: '', distinct_id: '', person_id: person.id }} />
      </Section>
    </>
  );
}

export const personRoute = createLazyRoute('/app/people/$personId')({ component: PersonPage });
