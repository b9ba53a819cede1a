// Holdouts: a share of people that all flags naming it leave alone, to see what flags do together.
import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconUsersMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, Fragment, useState } from 'react';
import {
  type Holdout,
  holdoutsQuery,
  useCreateHoldout,
  useRemoveHoldout,
  useUpdateHoldout,
} from '../api/flag-people.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';

function columnsFor(
  onEdit: (holdout: Holdout) => void,
  onRemove: (holdout: Holdout) => void,
): readonly Column<Holdout>[] {
  return [
    { title: 'Name', lead: true, cell: ({ name }) => <strong>{name}</strong> },
    {
      title: 'Left alone',
      shrink: true,
      cell: ({ exclusion_percentage: share }) => `${share} %`,
    },
    {
      title: 'Flags',
      nameNarrow: true,
      ownLineNarrow: true,
      cell: ({ flags }) => (flags.length === 0 ? 'none' : <FlagLinks flags={flags} />),
    },
    actionsColumn(
      (holdout) => [
        { label: 'Change', name: `Change ${holdout.name}`, onClick: () => onEdit(holdout) },
        {
          label: 'Delete',
          name: `Delete ${holdout.name}`,
          tone: 'harm',
          onClick: () => onRemove(holdout),
        },
      ],
      { ownLineNarrow: true },
    ),
  ];
}

function FlagLinks({ flags }: Pick<Holdout, 'flags'>) {
  return flags.map(({ id, key }, index) => (
    <Fragment key={id}>
      {index > 0 && ', '}
      <Link to="/feature-flags/$flagId" params={{ flagId: String(id) }}>
        {key}
      </Link>
    </Fragment>
  ));
}

export function Holdouts({ scope }: { readonly scope: Scope }) {
  const holdouts = useQuery(holdoutsQuery(scope));
  const [edited, setEdited] = useState<Holdout | 'new' | null>(null);
  const confirm = useConfirm();
  const remove = useRemoveHoldout(scope);
  const onRemove = async ({ id, name }: Holdout) => {
    const question = { title: `Delete ${name}?`, action: 'Delete', tone: 'harm' } as const;
    if (await confirm(question)) remove.mutate(id, { onError: toastError });
  };
  return (
    <>
      <Section
        title="Holdouts"
        lead="The same people are left alone by every flag that names one: what do all changes do together?"
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
            New holdout
          </Button>
        }
        flush
      >
        <QueryView query={holdouts}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconUsersMinus size={24} stroke={1.6} />}
                title="Nobody is held out"
              >
                A few percent are enough for a comparison over months.
              </EmptyState>
            ) : (
              <DataTable
                label="Holdouts"
                columns={columnsFor(setEdited, (holdout) => void onRemove(holdout))}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <Dialog
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' ? 'New holdout' : 'Change the holdout'}
      >
        {edited !== null && (
          <HoldoutForm
            scope={scope}
            holdout={edited === 'new' ? null : edited}
            onDone={() => setEdited(null)}
          />
        )}
      </Dialog>
    </>
  );
}

type FormProps = {
  readonly scope: Scope;
  readonly holdout: Holdout | null;
  readonly onDone: () => void;
};

function HoldoutForm({ scope, holdout, onDone }: FormProps) {
  const [name, setName] = useState(holdout?.name ?? '');
  const [share, setShare] = useState<number | string>(holdout?.exclusion_percentage ?? 5);
  const create = useCreateHoldout(scope);
  const update = useUpdateHoldout(scope);
  const run = useGuarded(scope);
  const error = create.error ?? update.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), exclusion_percentage: Number(share) };
    const send = ({ reason }: { readonly reason?: string }) =>
      holdout
        ? update.mutateAsync({ id: holdout.id, ...body, ...(reason ? { reason } : {}) })
        : create.mutateAsync(body);
    run({ send }).then(
      (saved) => saved && onDone(),
      () => {
        // What is refused stands in the form.
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(error, ['name', 'exclusion_percentage'])} />
        <TextInput
          label="Name"
          placeholder="This year’s holdout"
          required
          withAsterisk={false}
          data-autofocus
          value={name}
          error={errorAt(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NumberInput
          label="Share of people"
          description="Changing it changes every flag that names it."
          suffix=" %"
          min={0}
          max={100}
          decimalScale={2}
          value={share}
          error={errorAt(error, 'exclusion_percentage')}
          onChange={setShare}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending || update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
