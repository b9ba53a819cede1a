// A shared metric as a form.
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Metric } from '../api/experiments.ts';
import { type SavedMetric, useSaveMetric } from '../api/saved-metrics.ts';
import type { Scope } from '../api/session.ts';
import { allProblems } from '../targeting/all-problems.ts';
import { FormErrors } from '../targeting/form-errors.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { toastDone } from '../ui/toast.ts';
import { metricDraftOf, metricDraftProblems, metricFrom, newMetric } from './metric-draft.ts';
import { MetricEditor } from './metric-editor.tsx';

type SavedMetricDialogProps = {
  readonly scope: Scope;
  /** Null: a new one. */
  readonly metric: SavedMetric | null;
  readonly onClose: () => void;
};

export function SavedMetricDialog(props: SavedMetricDialogProps) {
  return (
    <Dialog
      opened
      size="lg"
      title={props.metric ? `Edit ${props.metric.name}` : 'New shared metric'}
      onClose={props.onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SavedMetricForm {...props} />
    </Dialog>
  );
}

function SavedMetricForm({ scope, metric, onClose }: SavedMetricDialogProps) {
  const [name, setName] = useState(metric?.name ?? '');
  const [description, setDescription] = useState(metric?.description ?? '');
  const [draft, setDraft] = useState(() =>
    metric ? metricDraftOf(metric.query as unknown as Metric) : newMetric(),
  );
  const [isChecked, setChecked] = useState(false);
  const save = useSaveMetric(scope);
  const found = new Map([
    ...(name.trim() ? [] : [['name', 'A shared metric needs a name.'] as const]),
    ...metricDraftProblems(draft, 'query'),
  ]);
  const problems = allProblems(isChecked ? found : new Map(), save.error);
  const submit = () => {
    setChecked(true);
    if (found.size > 0) return;
    const body = { name: name.trim(), description: description.trim(), query: metricFrom(draft) };
    save.mutate(
      { id: metric?.id, version: metric?.version, body },
      {
        onSuccess: () => {
          toastDone(`${body.name} is saved.`);
          onClose();
        },
      },
    );
  };
  return (
    <FormErrors.Provider value={problems}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <ErrorAlert error={save.error} />
          <TextInput
            label="Shared name"
            data-autofocus
            value={name}
            error={problems.get('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label="Description"
            autosize
            minRows={1}
            maxLength={4_000}
            value={description}
            error={problems.get('description')}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <MetricEditor metric={draft} at="query" onChange={setDraft} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </FormErrors.Provider>
  );
}
