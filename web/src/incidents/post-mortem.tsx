// The post-mortem: read as it will look, written as Markdown, saved by itself while one types.
import { Alert, Button, Group, Menu, Text, Textarea } from '@mantine/core';
import { IconHistory, IconPencil } from '@tabler/icons-react';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '../api/client.ts';
import {
  type Incident,
  postMortemsQuery,
  readPostMortem,
  useWriteIncident,
} from '../api/incidents.ts';
import type { Scope } from '../api/session.ts';
import { TextCard } from '../dashboards/text-card.tsx';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { toastError } from '../ui/toast.ts';

/** After the last key is pressed. */
const SAVE_AFTER_MS = 1200;

type Props = { readonly incident: Incident; readonly scope: Scope };

export function PostMortem({ incident, scope }: Props) {
  /** What writing begins with; null while it is only read. */
  const [begun, setBegun] = useState<string | null>(null);
  const { version, saved_by: savedBy, saved_at: savedAt, text } = incident.post_mortem;
  if (begun !== null) {
    return (
      <Writing incident={incident} scope={scope} begun={begun} onDone={() => setBegun(null)} />
    );
  }
  return (
    <Section
      title="Post-mortem"
      lead={
        savedAt === null ? (
          'Nobody has written one yet; this is where to begin.'
        ) : (
          <>
            Saved by {savedBy} <Time at={savedAt} />
          </>
        )
      }
      actions={
        <>
          {version > 0 && <Versions incident={incident} scope={scope} onTake={setBegun} />}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPencil size={15} stroke={1.6} />}
            onClick={() => setBegun(text)}
          >
            Write
          </Button>
        </>
      }
    >
      <TextCard body={text} />
    </Section>
  );
}

type WritingProps = Props & { readonly begun: string; readonly onDone: () => void };

function Writing({ incident, scope, begun, onDone }: WritingProps) {
  const [draft, setDraft] = useState(begun);
  const saving = useSaving(incident, scope);
  const saveSoon = useDebouncedCallback(saving.save, {
    delay: SAVE_AFTER_MS,
    flushOnUnmount: true,
  });
  const queryClient = useQueryClient();
  const readTheirs = () => {
    void queryClient.invalidateQueries({ queryKey: ['incident'] });
    onDone();
  };
  const done = async () => {
    if (await saving.save(draft)) onDone();
  };
  return (
    <Section
      title="Post-mortem"
      lead="Markdown; saved by itself while you write."
      actions={
        <Group gap="sm">
          <Text size="sm" c="dimmed" role="status">
            {saving.isBehind ? 'Not saved' : draft === saving.saved ? 'Saved' : 'Saving…'}
          </Text>
          <Button size="xs" disabled={saving.isBehind} onClick={() => void done()}>
            Done
          </Button>
        </Group>
      }
    >
      {saving.isBehind && (
        <Alert color="watch" mb="md" title="Somebody else has saved it meanwhile">
          Copy what you wrote, read theirs, and put it in there.
          <Group mt="sm">
            <Button size="xs" variant="default" onClick={readTheirs}>
              Read theirs
            </Button>
          </Group>
        </Alert>
      )}
      <Textarea
        aria-label="Post-mortem in Markdown"
        autosize
        minRows={16}
        maxRows={40}
        maxLength={100_000}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={draft}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          saveSoon(event.currentTarget.value);
        }}
      />
    </Section>
  );
}

/** Saves against the version that this page has last read or saved: another one by now is a colleague's. */
function useSaving({ id, post_mortem: first }: Incident, scope: Scope) {
  const write = useWriteIncident(scope, id);
  const seen = useRef({ version: first.version, text: first.text });
  const queue = useRef<Promise<boolean>>(Promise.resolve(true));
  const [saved, setSaved] = useState(first.text);
  const [isBehind, setBehind] = useState(false);
  const saveNow = async (text: string): Promise<boolean> => {
    if (text === seen.current.text) return true;
    try {
      const body = { post_mortem: text, post_mortem_version: seen.current.version };
      const { post_mortem: kept } = await write.mutateAsync(body);
      seen.current = { version: kept.version, text };
      setSaved(text);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) setBehind(true);
      else toastError(error);
      return false;
    }
  };
  // One after the other: two at once would take each other for a colleague.
  const save = (text: string) => (queue.current = queue.current.then(() => saveNow(text)));
  return { save, saved, isBehind };
}

type VersionsProps = Props & { readonly onTake: (text: string) => void };

/** Earlier versions; taking one begins writing with it. */
function Versions({ incident, scope, onTake }: VersionsProps) {
  const [isOpen, setOpen] = useState(false);
  const versions = useQuery(postMortemsQuery(scope, incident.id, isOpen));
  const take = async (version: number) => {
    try {
      onTake((await readPostMortem(scope, incident.id, version)).text);
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconHistory size={15} stroke={1.6} />}>
          Versions
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {versions.data?.results.map(({ version, saved_by: by, saved_at: at }) => (
          <Menu.Item key={version} onClick={() => void take(version)}>
            {version} · {by} · <Time at={at} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
