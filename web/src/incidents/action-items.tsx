// What is to be done, by whom; saved with every change.
import { ActionIcon, Button, Checkbox, Group, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { type ActionItem, type Incident, useWriteIncident } from '../api/incidents.ts';
import type { Scope } from '../api/session.ts';
import { Section } from '../ui/page.tsx';
import { toastError } from '../ui/toast.ts';
import styles from './incidents.module.css';

export function ActionItems({ incident, scope }: { incident: Incident; scope: Scope }) {
  const write = useWriteIncident(scope, incident.id);
  // What was pressed shows at once.
  const pressed = write.isPending ? write.variables.action_items?.map(filled) : undefined;
  const items = pressed ?? incident.action_items;
  const save = (next: readonly ActionItem[]) =>
    write.mutate(
      { action_items: [...next], seen_action_items: incident.action_items },
      { onError: toastError },
    );
  return (
    <Section title="Action items" lead="What changes so that this does not happen again.">
      {items.length > 0 && (
        <ul className={styles.items}>
          {items.map((item) => (
            <li key={item.id} className={styles.item}>
              <Checkbox
                checked={item.done}
                label={item.text}
                description={item.owner || undefined}
                onChange={(event) => {
                  const done = event.currentTarget.checked;
                  save(items.map((one) => (one.id === item.id ? { ...one, done } : one)));
                }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove “${item.text}”`}
                onClick={() => save(items.filter(({ id }) => id !== item.id))}
              >
                <IconTrash size={16} stroke={1.6} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <NewItem isPending={write.isPending} onAdd={(item) => save([...items, item])} />
    </Section>
  );
}

/** Sending may leave out what has a default. */
const filled = ({ owner = '', done = false, ...item }: SentItem): ActionItem => ({
  ...item,
  owner,
  done,
});

type SentItem = Pick<ActionItem, 'id' | 'text'> & Partial<ActionItem>;

type NewItemProps = {
  readonly isPending: boolean;
  readonly onAdd: (item: ActionItem) => void;
};

function NewItem({ isPending, onAdd }: NewItemProps) {
  const [text, setText] = useState('');
  const [owner, setOwner] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    // Addresses without TLS have no crypto.randomUUID.
    const id = Math.random().toString(36).slice(2);
    onAdd({ id, text: text.trim(), owner: owner.trim(), done: false });
    setText('');
    setOwner('');
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-end" className={styles.newItem}>
        <TextInput
          label="What is to be done"
          value={text}
          maxLength={1000}
          onChange={(event) => setText(event.currentTarget.value)}
          style={{ flex: '2 1 240px' }}
        />
        <TextInput
          label="Who"
          value={owner}
          maxLength={200}
          onChange={(event) => setOwner(event.currentTarget.value)}
          style={{ flex: '1 1 140px' }}
        />
        <Button
          type="submit"
          variant="default"
          loading={isPending}
          leftSection={<IconPlus size={16} />}
        >
          Add
        </Button>
      </Group>
    </form>
  );
}
