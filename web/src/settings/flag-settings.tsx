// What the project asks of flags, and the tags they are filed under.
import { Button, Group, Switch, TextInput } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type ResponseOf } from '../api/client.ts';
import { tagsQuery } from '../api/flag-upkeep.ts';
import { type Scope, sessionQuery } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { toastDone, toastError } from '../ui/toast.ts';

type Tag = ResponseOf<'flagBulk.listTags'>['results'][number];

export function FlagSettings({ scope }: { scope: Scope }) {
  return (
    <>
      <Section title="Owners">
        <OwnerRule scope={scope} />
      </Section>
      <Section
        title="Tags"
        lead="Given to flags on their pages. Renaming one to the name of another makes them one."
        flush
      >
        <Tags scope={scope} />
      </Section>
    </>
  );
}

function OwnerRule({ scope }: { scope: Scope }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (isRequired: boolean) =>
      call('accounts.updateProject', {
        params: scope.params,
        body: { require_flag_owner: isRequired },
      }),
    onError: toastError,
    onSuccess: async ({ require_flag_owner: isRequired }) => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone(isRequired ? 'Flags need an owner from now on.' : 'Flags may be without owner.');
    },
  });
  return (
    <Switch
      label="Every flag needs an owner"
      description="A flag without one is not saved. Switching off, archiving and deleting are always possible."
      checked={scope.project.require_flag_owner}
      disabled={change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}

function Tags({ scope }: { scope: Scope }) {
  const tags = useQuery(tagsQuery(scope));
  const rename = useRename(scope);
  return (
    <QueryView query={tags}>
      {({ results }) =>
        results.length === 0 ? (
          <EmptyState icon={<IconTag size={24} stroke={1.6} />} title="No tags yet">
            Tag flags by team, product area or whatever you look for.
          </EmptyState>
        ) : (
          <DataTable
            label="Tags"
            columns={columnsFor(rename)}
            rows={results}
            rowKey={({ name }) => name}
          />
        )
      }
    </QueryView>
  );
}

type Rename = (tag: Tag, to: string | null) => void;

function columnsFor(rename: Rename): readonly Column<Tag>[] {
  return [
    { title: 'Tag', lead: true, cell: (tag) => <TagName tag={tag} rename={rename} /> },
    {
      title: 'Flags',
      shrink: true,
      nameNarrow: true,
      cell: ({ name, count }) => (
        <Link to="/feature-flags" search={{ tag: name }}>
          {count}
        </Link>
      ),
    },
    {
      title: 'Remove',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (tag) => (
        <Button
          variant="subtle"
          color="harm"
          size="compact-sm"
          aria-label={`Remove ${tag.name}`}
          onClick={() => rename(tag, null)}
        >
          Remove
        </Button>
      ),
    },
  ];
}

function TagName({ tag, rename }: { tag: Tag; rename: Rename }) {
  const [name, setName] = useState(tag.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rename(tag, name.trim());
      }}
    >
      <Group gap="xs">
        <TextInput
          aria-label={`Name of ${tag.name}`}
          value={name}
          maxLength={100}
          maw={260}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {name.trim() !== '' && name.trim() !== tag.name && (
          <Button type="submit" variant="default" size="compact-sm">
            Rename
          </Button>
        )}
      </Group>
    </form>
  );
}

/** Asks before a tag is taken away; tells how many flags changed and which could not. */
function useRename(scope: Scope): Rename {
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ from, to }: { from: string; to: string | null }) =>
      call('flagBulk.renameTag', { params: scope.params, query: scope.query, body: { from, to } }),
    onError: toastError,
    onSuccess: ({ updated, refused }) => {
      void queryClient.invalidateQueries({ queryKey: ['flag-tags'] });
      void queryClient.invalidateQueries({ queryKey: ['flags'] });
      const [first] = refused;
      if (first) toastError(new Error(`${first.key ?? first.id}: ${first.detail}`));
      toastDone(`${plural(updated.length, 'flag', 'flags')} changed.`);
    },
  });
  return (tag, to) => {
    const run = async () => {
      const answer =
        to !== null ||
        (await confirm({
          title: `Take the tag ${tag.name} away?`,
          body: `It disappears from ${plural(tag.count, 'flag', 'flags')}.`,
          action: 'Remove',
          tone: 'harm',
        }));
      if (answer) mutation.mutate({ from: tag.name, to });
    };
    void run();
  };
}
