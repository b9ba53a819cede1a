// Filters that people saved for each other: chosen, saved, renewed, removed.
import { Button, Group, Menu, Stack, TextInput } from '@mantine/core';
import { IconBookmark, IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type SavedFilter,
  savedFiltersQuery,
  useArchiveFilter,
  useChangeFilter,
  useSaveFilter,
} from '../api/saved-filters.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import { filterText, type RecordingFilter } from './filter.ts';
import styles from './recordings.module.css';

type SavedFiltersProps = {
  readonly scope: Scope;
  readonly filter: RecordingFilter;
  readonly onChange: (filter: RecordingFilter) => void;
};

export function SavedFilters({ scope, filter, onChange }: SavedFiltersProps) {
  const { data } = useQuery(savedFiltersQuery(scope));
  const [isNaming, setNaming] = useState(false);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const saved = data?.results ?? [];
  const text = filterText(filter);
  const same = saved.find((one) => filterText(one.filter) === text);
  const chosen = same ?? saved.find(({ id }) => id === chosenId);
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={16} stroke={1.7} />}
            rightSection={<IconChevronDown size={14} />}
          >
            {same ? same.name : 'Saved filters'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu ?? ''}>
          {saved.length === 0 && <Menu.Label>None saved yet</Menu.Label>}
          {saved.map((one) => (
            <Menu.Item
              key={one.id}
              onClick={() => {
                setChosenId(one.id);
                onChange(one.filter);
              }}
            >
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            disabled={text === undefined || same !== undefined}
            onClick={() => setNaming(true)}
          >
            Save this filter…
          </Menu.Item>
          {chosen && <ChosenItems scope={scope} chosen={chosen} text={text} filter={filter} />}
        </Menu.Dropdown>
      </Menu>
      {isNaming && <NameDialog scope={scope} filter={filter} onClose={() => setNaming(false)} />}
    </>
  );
}

type ChosenItemsProps = Omit<SavedFiltersProps, 'onChange'> & {
  readonly chosen: SavedFilter;
  readonly text: string | undefined;
};

function ChosenItems({ scope, chosen, text, filter }: ChosenItemsProps) {
  const change = useChangeFilter(scope);
  const archive = useArchiveFilter(scope);
  const confirm = useConfirm();
  const { id, name, version } = chosen;
  const remove = async () => {
    const question = {
      title: `Remove “${name}”?`,
      body: 'Everybody in the project loses it. Recordings stay.',
      action: 'Remove',
    };
    if (!(await confirm(question))) return;
    archive.mutate(id, { onSuccess: () => toastDone('Removed.'), onError: toastError });
  };
  return (
    <>
      {filterText(chosen.filter) !== text && (
        <Menu.Item
          disabled={text === undefined}
          onClick={() =>
            change.mutate(
              { id, version, filter },
              { onSuccess: () => toastDone('Saved.'), onError: toastError },
            )
          }
        >
          Save as “{name}”
        </Menu.Item>
      )}
      <Menu.Item onClick={() => void remove()}>Remove “{name}”…</Menu.Item>
    </>
  );
}

const MAX_NAME = 200;

type NameDialogProps = {
  readonly scope: Scope;
  readonly filter: RecordingFilter;
  readonly onClose: () => void;
};

function NameDialog({ scope, filter, onClose }: NameDialogProps) {
  const [name, setName] = useState('');
  const { mutate, error, isPending } = useSaveFilter(scope);
  return (
    <Dialog
      opened
      onClose={onClose}
      title="Save this filter"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate(
            { name: name.trim(), filter },
            {
              onSuccess: () => {
                toastDone('Saved for everybody in the project.');
                onClose();
              },
            },
          );
        }}
      >
        <Stack gap="md">
          <ErrorAlert error={errorElsewhere(error, ['name'])} />
          <TextInput
            label="Name"
            required
            data-autofocus
            maxLength={MAX_NAME}
            value={name}
            error={errorAt(error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
