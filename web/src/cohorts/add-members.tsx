// Lists people in a static cohort: typed in, or from a CSV file. Says how many of them are known.
import { Alert, Button, FileButton, Group, Textarea } from '@mantine/core';
import { IconCheck, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { type MembersAdded, useAddMembers, useImportMembers } from '../api/cohorts.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { addedWords } from './cohort-words.ts';
import styles from './cohorts.module.css';

export function AddMembers({ scope, cohortId }: { scope: Scope; cohortId: string }) {
  const [entered, setEntered] = useState('');
  const [added, setAdded] = useState<MembersAdded | null>(null);
  const add = useAddMembers(scope, cohortId);
  const upload = useImportMembers(scope, cohortId);
  const ids = entered.split('\n').flatMap((line) => line.trim() || []);
  const submit = () => {
    setAdded(null);
    upload.reset();
    add.mutate(ids, {
      onSuccess: (result) => {
        setAdded(result);
        setEntered('');
      },
    });
  };
  const send = async (file: File | null) => {
    if (!file) return;
    setAdded(null);
    add.reset();
    upload.mutate(await file.text(), { onSuccess: setAdded });
  };
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ErrorAlert error={add.error ?? upload.error} />
      {added && (
        <Alert color="safe" role="status" icon={<IconCheck size={18} />}>
          {addedWords(added)}
        </Alert>
      )}
      <Textarea
        label="Distinct ids"
        description="One on each line. Ids that have not been seen yet count as soon as they are."
        autosize
        minRows={2}
        maxRows={10}
        value={entered}
        onChange={(event) => setEntered(event.currentTarget.value)}
      />
      <Group gap={10}>
        <Button type="submit" disabled={ids.length === 0} loading={add.isPending}>
          Add
        </Button>
        <FileButton accept="text/csv,.csv,.txt" onChange={(file) => void send(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={16} />}
              loading={upload.isPending}
            >
              Upload CSV
            </Button>
          )}
        </FileButton>
      </Group>
    </form>
  );
}
