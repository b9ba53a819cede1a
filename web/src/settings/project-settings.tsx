// The project's name, how it is reached, how long it keeps events, and whether with addresses.
import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { type Scope, sessionQuery } from '../api/session.ts';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { ClientAddresses } from './client-addresses.tsx';
import { EventRetention } from './event-retention.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { Section } from '../ui/page.tsx';
import { toastDone } from '../ui/toast.ts';

export function ProjectSettings({ scope }: { scope: Scope }) {
  return (
    <>
      <Section title="Project">
        <ProjectName scope={scope} />
        <KeyValue
          entries={[
            ['Project id', String(scope.project.id)],
            ['Address of this server', <code key="origin">{window.location.origin}</code>],
          ]}
        />
      </Section>
      <Section
        title="How long events are kept"
        lead="Events of all environments that happened longer ago are erased within a day."
      >
        <EventRetention scope={scope} />
      </Section>
      <Section title="Privacy">
        <ClientAddresses scope={scope} />
      </Section>
    </>
  );
}

function ProjectName({ scope }: { scope: Scope }) {
  const [name, setName] = useState(scope.project.name);
  const queryClient = useQueryClient();
  const rename = useMutation({
    mutationFn: () =>
      call('accounts.updateProject', { params: scope.params, body: { name: name.trim() } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone('The project is renamed.');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit}>
      <ErrorAlert error={errorElsewhere(rename.error, ['name'])} />
      <Group align="flex-end" gap="xs" mb="lg">
        <TextInput
          label="Name"
          value={name}
          required
          withAsterisk={false}
          maw={360}
          style={{ flex: '1 1 200px' }}
          error={errorAt(rename.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          loading={rename.isPending}
          disabled={name.trim() === scope.project.name}
        >
          Rename
        </Button>
      </Group>
    </form>
  );
}
