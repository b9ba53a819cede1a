// Adds a saved insight or a text to a dashboard.
import { Button, Menu, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddTile, type WantedTile } from '../api/dashboards.ts';
import { savedInsightsQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './dashboards.module.css';
import { TextDialog } from './text-dialog.tsx';

export function AddTile({ scope, id }: { scope: Scope; id: number }) {
  const [asked, setAsked] = useState<'insight' | 'text' | null>(null);
  const add = useAddTile(scope);
  const put = (tile: WantedTile) =>
    add.mutateAsync({ id, tile }).then(() => {
      setAsked(null);
      toastDone('Added below the others.');
    }, toastError);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconPlus size={16} />}>Add</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked('insight')}>Saved insight</Menu.Item>
          <Menu.Item onClick={() => setAsked('text')}>Text</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === 'text' && (
        <TextDialog
          body=""
          onClose={() => setAsked(null)}
          onSave={(body) => void put({ text: { body } })}
        />
      )}
      {asked === 'insight' && (
        <Dialog
          opened
          onClose={() => setAsked(null)}
          title="Add an insight"
          size="md"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <Insights scope={scope} onChoose={(insight) => void put({ insight: { id: insight } })} />
        </Dialog>
      )}
    </>
  );
}

type InsightsProps = { readonly scope: Scope; readonly onChoose: (id: number) => void };

function Insights({ scope, onChoose }: InsightsProps) {
  const [search, setSearch] = useState('');
  const insights = useQuery(savedInsightsQuery(scope, { search, page: 1 }));
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Search insights"
        placeholder="Search by name"
        data-autofocus
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <QueryView query={insights}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState
              title={search ? 'No such insight' : 'No insight is saved yet'}
              action={<LinkButton to="/insights/new">Ask a question</LinkButton>}
            />
          ) : (
            <div className={styles.lines}>
              {results.map(({ id, name, description }) => (
                <UnstyledButton key={id} className={styles.line} onClick={() => onChoose(id)}>
                  {name || 'Without a name'}
                  {description && <span className={styles.dim}> {description}</span>}
                </UnstyledButton>
              ))}
            </div>
          )
        }
      </QueryView>
    </Stack>
  );
}
