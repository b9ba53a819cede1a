// Keeps the plan of the form under a name, for other flags to start from.
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useSaveTemplate } from '../api/rollout-advice.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { toastDone } from '../ui/toast.ts';
import { type PlanDraft, templateFrom } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { partProblems } from './plan-problems.ts';
import { TemplateNameFields } from './template-name.tsx';

export function SaveTemplate({ scope, draft }: { scope: Scope; draft: PlanDraft }) {
  const [isOpen, setOpen] = useState(false);
  const isUsable = partProblems(draft).length === 0;
  return (
    <>
      <Button variant="subtle" disabled={!isUsable} onClick={() => setOpen(true)}>
        Save as template…
      </Button>
      {isOpen && <SaveDialog scope={scope} draft={draft} onClose={() => setOpen(false)} />}
    </>
  );
}

type SaveDialogProps = {
  readonly scope: Scope;
  readonly draft: PlanDraft;
  readonly onClose: () => void;
};

function SaveDialog({ scope, draft, onClose }: SaveDialogProps) {
  const [named, setNamed] = useState({ name: '', description: '' });
  const save = useSaveTemplate(scope);
  const submit = () =>
    save.mutate(
      { ...named, plan: templateFrom(draft) },
      {
        onSuccess: () => {
          toastDone('The template is saved.');
          onClose();
        },
      },
    );
  return (
    <Dialog opened onClose={onClose} title="Save as template">
      <div className={styles.stack}>
        <ErrorAlert error={save.error} />
        <TemplateNameFields value={named} onChange={setNamed} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={named.name.trim() === ''} loading={save.isPending} onClick={submit}>
            Save
          </Button>
        </Group>
      </div>
    </Dialog>
  );
}
