// What a request says about itself: its title, why, and perhaps when it is to be applied by itself.
import { Switch, Textarea, TextInput } from '@mantine/core';
import { errorAt } from '../ui/field-errors.ts';
import { DUE_FIELDS, type DueDraft, DueInput, dueFrom, emptyDue } from './due-input.tsx';

export type RequestDraft = {
  readonly title: string;
  readonly description: string;
  readonly isPlanned: boolean;
  readonly due: DueDraft;
};

export const newRequest = (title: string, description = ''): RequestDraft => ({
  title,
  description,
  isPlanned: false,
  due: emptyDue(),
});

/** Title and description as they are sent. */
export const wordsFrom = ({ title, description }: RequestDraft) => ({
  title: title.trim(),
  description: description.trim(),
});

export const plannedFrom = ({ isPlanned, due }: RequestDraft) => (isPlanned ? dueFrom(due) : null);

/** Fields whose refusals are shown here. */
export const REQUEST_FIELDS = ['title', 'description', ...DUE_FIELDS];

type RequestFieldsProps = {
  readonly draft: RequestDraft;
  readonly error: unknown;
  readonly onChange: (draft: RequestDraft) => void;
};

export function RequestFields({ draft, error, onChange }: RequestFieldsProps) {
  const change = (next: Partial<RequestDraft>) => onChange({ ...draft, ...next });
  return (
    <>
      <TextInput
        label="Title"
        required
        withAsterisk={false}
        data-autofocus
        value={draft.title}
        error={errorAt(error, 'title')}
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <Textarea
        label="Why"
        description="For whoever judges it."
        autosize
        minRows={2}
        value={draft.description}
        error={errorAt(error, 'description')}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <Switch
        label="Apply by itself at a time, if it is approved by then"
        checked={draft.isPlanned}
        onChange={(event) => change({ isPlanned: event.currentTarget.checked })}
      />
      {draft.isPlanned && (
        <DueInput due={draft.due} error={error} isRequired onChange={(due) => change({ due })} />
      )}
    </>
  );
}
