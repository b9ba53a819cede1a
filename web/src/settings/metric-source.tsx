// The Prometheus that guardrails of an environment read: its address and token, and whether it answers.
import { Alert, Button, Code, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone } from '../ui/toast.ts';

const FIELDS = ['url', 'token'];

export function MetricSource({ scope }: { scope: Scope }) {
  const where = { params: scope.params, query: scope.query };
  const queryKey = ['metric-source', scope.params, scope.query];
  const source = useQuery({ queryKey, queryFn: () => call('metricSources.get', where) });
  return (
    <Section
      title={`Prometheus of ${scope.environment.name}`}
      lead="Guardrails of kind prometheus ask it how servers fare. Addresses in private networks must be allowed by SERIN_ALLOWED_PRIVATE_HOSTS."
    >
      <QueryView query={source} loading={<LoadingBlock height={180} />}>
        {(saved) => (
          <SourceForm key={scope.environment.key} scope={scope} saved={saved} queryKey={queryKey} />
        )}
      </QueryView>
    </Section>
  );
}

type FormProps = {
  readonly scope: Scope;
  readonly saved: { readonly url: string | null; readonly has_token: boolean };
  readonly queryKey: readonly unknown[];
};

/** Saves, asks and removes the source. */
function useSource({ scope, saved, queryKey }: FormProps) {
  const where = { params: scope.params, query: scope.query };
  const [url, setUrl] = useState(saved.url ?? '');
  const [token, setToken] = useState('');
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  const save = useMutation({
    mutationFn: () =>
      call('metricSources.save', {
        ...where,
        body: { url: url.trim(), ...(token === '' ? {} : { token }) },
      }),
    onSuccess: async () => {
      setToken('');
      await refresh();
      toastDone('Prometheus is set.');
    },
  });
  const test = useMutation({
    mutationFn: () => call('metricSources.test', { ...where, body: {} }),
  });
  const remove = useMutation({
    mutationFn: () => call('metricSources.remove', where),
    onSuccess: async () => {
      setUrl('');
      test.reset();
      await refresh();
    },
  });
  const askRemove = async () => {
    const body = 'Guardrails that ask it cannot be read any more: their rollouts hold.';
    const isSure = await confirm({
      title: 'Remove this Prometheus?',
      body,
      action: 'Remove',
      tone: 'harm',
    });
    if (isSure) remove.mutate();
  };
  return { url, setUrl, token, setToken, save, test, remove, askRemove };
}

function SourceForm(props: FormProps) {
  const { saved } = props;
  const { url, setUrl, token, setToken, save, test, remove, askRemove } = useSource(props);
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm" maw={560}>
        <ErrorAlert error={errorElsewhere(save.error, FIELDS) ?? remove.error ?? test.error} />
        <TextInput
          label="Address"
          placeholder="https://prometheus.example.com"
          required
          value={url}
          error={errorAt(save.error, 'url')}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <PasswordInput
          label="Token"
          description={
            saved.has_token
              ? 'One is stored. Leave this empty to keep it; it goes to this host only.'
              : 'Sent as a bearer token; empty where none is asked for.'
          }
          autoComplete="off"
          value={token}
          error={errorAt(save.error, 'token')}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button
            type="submit"
            variant="default"
            loading={save.isPending}
            disabled={url.trim() === ''}
          >
            Save
          </Button>
          <Button
            variant="default"
            loading={test.isPending}
            disabled={saved.url === null}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          {saved.url !== null && (
            <Button
              variant="subtle"
              color="red"
              loading={remove.isPending}
              onClick={() => void askRemove()}
            >
              Remove
            </Button>
          )}
        </Group>
        {test.data && <TestResult {...test.data} />}
      </Stack>
    </form>
  );
}

type Tested = {
  readonly error: string | null;
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number | null;
  }[];
};

function TestResult({ error, series }: Tested) {
  if (error !== null) {
    return (
      <Alert color="red" role="status" title="It cannot be asked">
        {error}
      </Alert>
    );
  }
  return (
    <Alert color="gray" role="status" title="It answers">
      {series.length === 0 ? (
        'It knows of no targets that it scrapes (up).'
      ) : (
        <>
          Targets that it scrapes:{' '}
          {series.map(({ labels, value }) => {
            const name = labels['instance'] ?? labels['job'] ?? 'one';
            return (
              <Code key={JSON.stringify(labels)} mr={4}>
                {name} {value === 1 ? 'up' : 'down'}
              </Code>
            );
          })}
        </>
      )}
    </Alert>
  );
}
