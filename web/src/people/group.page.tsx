// One group: its properties, what flags are for it, its people, its events, other groups it meets.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams } from '@tanstack/react-router';
import {
  type Group,
  groupQuery,
  type GroupRef,
  type GroupType,
  groupTypeNamesQuery,
  type RelatedPerson,
  relatedQuery,
  useDeleteGroup,
  useDeleteGroupProperty,
  useSetGroupProperty,
} from '../api/groups.ts';
import { type Scope, useScope } from '../api/session.ts';
import { RecentEvents } from '../events/recent-events.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyField } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { EditableProperties } from './editable-properties.tsx';
import { GroupFlags } from './group-flags.tsx';
import { groupName, typeName, typeNoun } from './group-words.ts';
import { PERSON_COLUMN } from './person-columns.tsx';
import { SHARED_COLUMNS } from './related-columns.tsx';
import { RelatedGroups } from './related-groups.tsx';

function GroupPage() {
  const scope = useScope();
  const { typeIndex, groupKey: key } = useParams({
    from: '/app/people/groups/$typeIndex/$groupKey',
  });
  const ref = { typeIndex: Number(typeIndex), key };
  const types = useQuery(groupTypeNamesQuery(scope));
  const group = useQuery(groupQuery(scope, ref));
  const type = types.data?.find(({ group_type_index: index }) => index === ref.typeIndex);
  return (
    <Page>
      <QueryView query={group} loading={<LoadingBlock height={320} />}>
        {(data) => <GroupView scope={scope} group={data} type={type} at={ref} />}
      </QueryView>
    </Page>
  );
}

type ViewProps = {
  readonly scope: Scope;
  readonly group: Group;
  /** Undefined until it is known. */
  readonly type: GroupType | undefined;
  readonly at: GroupRef;
};

function GroupView({ scope, group, type, at }: ViewProps) {
  const set = useSetGroupProperty(scope, at);
  const remove = useDeleteGroupProperty(scope, at);
  const name = groupName(group);
  return (
    <>
      <PageHeader
        title={name}
        back={{ to: `/people/groups/${at.typeIndex}`, label: type ? typeName(type) : 'Groups' }}
        actions={<DeleteGroup scope={scope} name={name} at={at} />}
      />
      <Section title="Which">
        <KeyValue
          entries={[
            ['Type', type ? typeNoun(type) : '…'],
            ['Key', <CopyField key="key" text={group.group_key} what="group key" />],
            ['First seen', <Time key="seen" at={group.created_at} />],
          ]}
        />
      </Section>
      {type && <GroupFlags scope={scope} type={type} groupKey={at.key} />}
      <EditableProperties
        properties={group.group_properties}
        owner={name}
        hint="Set them with group() or groupIdentify()."
        changes={{
          set: (key, value) => set.mutateAsync({ key, value }),
          remove: (key) => remove.mutateAsync(key),
        }}
      />
      <GroupPeople scope={scope} at={at} />
      <RelatedGroups query={relatedQuery(scope, at)} scope={scope} />
      <Section title="Events" flush>
        <RecentEvents
          scope={scope}
          filter={{
            event: '',
            distinct_id: '',
            group_type_index: at.typeIndex,
            group_key: at.key,
          }}
        />
      </Section>
    </>
  );
}

const PEOPLE_COLUMNS: readonly Column<RelatedPerson>[] = [PERSON_COLUMN, ...SHARED_COLUMNS];

function GroupPeople({ scope, at }: { scope: Scope; at: GroupRef }) {
  const related = useQuery(relatedQuery(scope, at));
  return (
    <Section title="People" lead="With events of the group in the last 90 days." flush>
      <QueryView query={related}>
        {(all) => {
          const people = all.filter((one) => one.type === 'person');
          return people.length === 0 ? (
            <EmptyState title="Nobody">No known person has sent an event for it.</EmptyState>
          ) : (
            <DataTable
              label="People of the group"
              columns={PEOPLE_COLUMNS}
              rows={people}
              rowKey={({ id }) => id}
            />
          );
        }}
      </QueryView>
    </Section>
  );
}

type DeleteProps = { readonly scope: Scope; readonly name: string; readonly at: GroupRef };

function DeleteGroup({ scope, name, at }: DeleteProps) {
  const confirm = useConfirm();
  const navigate = useNavigate();
  const remove = useDeleteGroup(scope, at);
  const ask = async () => {
    const answer = await confirm({
      title: `Delete ${name}?`,
      body: 'Its properties are forgotten, by flags as well. Its events stay and keep its key; it is back when an SDK describes it again.',
      action: 'Delete group',
      tone: 'harm',
    });
    if (!answer) return;
    remove.mutate(undefined, {
      onError: toastError,
      onSuccess: () => {
        toastDone(`${name} is deleted.`);
        void navigate({
          to: '/people/groups/$typeIndex',
          params: { typeIndex: String(at.typeIndex) },
        });
      },
    });
  };
  return (
    <Button
      variant="default"
      leftSection={<IconTrash size={16} />}
      loading={remove.isPending}
      onClick={() => void ask()}
    >
      Delete
    </Button>
  );
}

export const groupRoute = createLazyRoute('/app/people/groups/$typeIndex/$groupKey')({
  component: GroupPage,
});
