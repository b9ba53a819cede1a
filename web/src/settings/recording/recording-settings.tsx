// What is recorded of sessions in an environment: on with one press, then which sessions, what of them, and for how long.
import { Button, Group, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type RequestOf } from '../../api/client.ts';
import type { Scope } from '../../api/session.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { errorElsewhere } from '../../ui/field-errors.ts';
import { Section } from '../../ui/page.tsx';
import { LoadingBlock, QueryView } from '../../ui/states.tsx';
import { toastDone } from '../../ui/toast.ts';
import { CaptureFields } from './capture-fields.tsx';
import { PrivacyFields } from './privacy-fields.tsx';
import type { Saved } from './fields.ts';
import { NotKept } from './not-kept.tsx';
import { WhichSessions } from './which-sessions.tsx';

type Change = RequestOf<'recordingSettings.update'>['body'];

/** Where a refusal may be shown; patterns in lists are named by their place. */
const FIELDS = [
  'sample_rate',
  'minimum_duration_seconds',
  'masking.mask_text_selector',
  'masking.block_selector',
];

export function RecordingSettings({ scope }: { scope: Scope }) {
  const where = { params: scope.params, query: scope.query };
  const queryKey = ['recording-settings', scope.params, scope.query];
  const settings = useQuery({
    queryKey,
    queryFn: () => call('recordingSettings.get', where),
  });
  return (
    <QueryView query={settings} loading={<LoadingBlock height={420} />}>
      {(saved) => (
        // Anew for what somebody else has saved.
        <Settings
          key={`${scope.environment.key} ${saved.version}`}
          scope={scope}
          saved={saved}
          queryKey={queryKey}
        />
      )}
    </QueryView>
  );
}

type SettingsProps = {
  readonly scope: Scope;
  readonly saved: Saved;
  readonly queryKey: readonly unknown[];
};

function Settings({ scope, saved, queryKey }: SettingsProps) {
  const [draft, setDraft] = useState(saved);
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (change: Change) =>
      call('recordingSettings.update', {
        params: scope.params,
        query: scope.query,
        body: { ...change, version: saved.version },
      }),
    onSuccess: (now) => {
      queryClient.setQueryData(queryKey, now);
      toastDone(now.enabled ? 'Pages learn it with their next load.' : 'Nothing is recorded.');
    },
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const fields = {
    draft,
    set: (change: Partial<Saved>) => setDraft((before) => ({ ...before, ...change })),
    error: save.error,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { version: _, ...change } = draft;
    save.mutate(change);
  };
  return (
    <Stack component="form" gap="lg" onSubmit={submit}>
      <Section
        title={`Session replay in ${scope.environment.name}`}
        lead="What people did on pages with posthog-js, to watch again. Inputs are masked in the browser, secrets once more on this server."
      >
        <Stack gap="md">
          <ErrorAlert error={errorElsewhere(save.error, FIELDS)} />
          <Switch
            label="Record sessions"
            description="Of this environment. Pages learn it with their next load."
            checked={saved.enabled}
            disabled={save.isPending || isChanged}
            onChange={(event) => save.mutate({ enabled: event.currentTarget.checked })}
          />
        </Stack>
      </Section>
      <NotKept scope={scope} />
      <Section title="Which sessions" lead="Of the sessions that could be recorded, these are.">
        <WhichSessions {...fields} />
      </Section>
      <Section title="What is captured">
        <CaptureFields {...fields} />
      </Section>
      <Section
        title="What is taken out"
        lead="Masked texts become stars of the same length. What this server takes out is never kept."
      >
        <PrivacyFields {...fields} />
      </Section>
      <Group gap="xs">
        <Button type="submit" loading={save.isPending} disabled={!isChanged}>
          Save
        </Button>
        {isChanged && (
          <Button variant="default" onClick={() => setDraft(saved)}>
            Discard changes
          </Button>
        )}
      </Group>
    </Stack>
  );
}
