// What the notification channels are told of the errors of an environment.
import { Button, Group, Stack, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Alerts, alertsQuery, useSaveAlerts } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone } from '../ui/toast.ts';

type Rules = Omit<Alerts, 'version'>;

const RULES: readonly {
  readonly key: keyof Rules;
  readonly label: string;
  readonly text: string;
}[] = [
  { key: 'new_issue', label: 'A new error', text: 'One that was never seen here before.' },
  {
    key: 'regression',
    label: 'An error that came back',
    text: 'It was resolved, and happens again in another release.',
  },
  {
    key: 'spike',
    label: 'An error that suddenly happens to many',
    text: 'To ten people or more within an hour, and three times as many as in the busiest hour of the week before. At most once a day.',
  },
];

export function AlertsDialog({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const alerts = useQuery(alertsQuery(scope));
  return (
    <Dialog opened onClose={onClose} title={`Alerts about errors in ${scope.environment.name}`}>
      <QueryView query={alerts} loading={<LoadingBlock height={220} />}>
        {(saved) => <AlertsForm scope={scope} saved={saved} onClose={onClose} />}
      </QueryView>
    </Dialog>
  );
}

type FormProps = { readonly scope: Scope; readonly saved: Alerts; readonly onClose: () => void };

function AlertsForm({ scope, saved, onClose }: FormProps) {
  const { version: _, ...known } = saved;
  const [rules, setRules] = useState<Rules>(known);
  const save = useSaveAlerts(scope);
  const submit = () =>
    save.mutate(rules, {
      onSuccess: () => {
        toastDone('Alerts are set.');
        onClose();
      },
    });
  return (
    <Stack gap="md">
      <ErrorAlert error={save.error} />
      {RULES.map(({ key, label, text }) => (
        <Switch
          key={key}
          label={label}
          description={text}
          checked={rules[key]}
          onChange={(event) => setRules({ ...rules, [key]: event.currentTarget.checked })}
        />
      ))}
      <Group justify="space-between">
        <LinkButton to="/settings" search={{ tab: 'notifications' }} variant="subtle" px={0}>
          Channels
        </LinkButton>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={save.isPending} onClick={submit}>
            Save
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
