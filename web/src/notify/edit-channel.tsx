// Changes what a channel is called, what it hears and when. Its kind and address stay.
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Channel, updateChannel, useChannelChange } from '../api/notify.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { type Hears, HearsFields, hearsNews } from './channel-hears.tsx';

type Props = {
  readonly scope: Scope;
  readonly channel: Channel;
  readonly onClose: () => void;
};

export function EditChannel({ scope, channel, onClose }: Props) {
  const [name, setName] = useState(channel.name);
  const [hears, setHears] = useState<Hears>(channel);
  const update = useChannelChange(scope, updateChannel(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { least_severity, level } = hears;
    update.mutate(
      { id: channel.id, name: name.trim(), least_severity, level },
      {
        onSuccess: () => {
          toastDone('The channel is changed.');
          onClose();
        },
      },
    );
  };
  return (
    <Dialog opened onClose={onClose} title={`Change ${channel.name}`}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <ErrorAlert error={errorElsewhere(update.error, ['name'])} />
          <TextInput
            label="Name"
            required
            withAsterisk={false}
            data-autofocus
            value={name}
            error={errorAt(update.error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {hearsNews(channel.kind) && (
            <HearsFields
              value={hears}
              onChange={(change) => setHears((current) => ({ ...current, ...change }))}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={update.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
