// What the change writes, because that decides what a way back costs; a destructive one names its point of no return.
import { Alert, Checkbox, Radio, Select, Textarea } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { ImpactDraft } from './impact-draft.ts';
import type { PlanParts } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { type StageDraft, stageName } from './stage-draft.ts';

const KINDS = [
  {
    value: 'A',
    label: 'What was written before',
    description: 'Going back costs nothing.',
  },
  {
    value: 'B',
    label: 'More fields',
    description: 'The version before ignores them: going back costs nothing.',
  },
  {
    value: 'C',
    label: 'New entities',
    description: 'Going back loses them, unless both representations are kept in step.',
  },
  {
    value: 'D',
    label: 'What the version before cannot read',
    description: 'From some stage on there is no way back without a backup.',
  },
] as const satisfies readonly { value: ImpactDraft['kind']; label: string; description: string }[];

type ImpactFieldsProps = {
  readonly impact: ImpactDraft;
  readonly stages: readonly StageDraft[];
  readonly onChange: (change: Partial<PlanParts>) => void;
};

export function ImpactFields({ impact, stages, onChange }: ImpactFieldsProps) {
  const { kind, isInStep } = impact;
  const stepError = useFieldError('both_in_step');
  const set = (next: Partial<ImpactDraft>) => onChange({ impact: { ...impact, ...next } });
  return (
    <div className={styles.stack}>
      <Radio.Group
        label="The change writes"
        value={kind}
        onChange={(value) => {
          const chosen = KINDS.find((one) => one.value === value);
          if (chosen) set({ kind: chosen.value });
        }}
      >
        <div className={styles.choices}>
          {KINDS.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </div>
      </Radio.Group>
      {kind === 'C' && (
        <Checkbox
          label="Both representations are kept in step"
          description="Old and new entities are both written, so that nothing is lost."
          checked={isInStep}
          error={stepError}
          onChange={(event) => set({ isInStep: event.currentTarget.checked })}
        />
      )}
      {kind === 'D' && <PointOfNoReturn stages={stages} onChange={onChange} />}
      <Loss impact={impact} />
      {(kind !== 'A' || impact.note !== '') && (
        <Note impact={impact} onChange={(note) => set({ note })} />
      )}
    </div>
  );
}

/** What it means for a rollout, loudly where data is at stake. */
function Loss({ impact: { kind, isInStep } }: { impact: ImpactDraft }) {
  if (kind === 'A' || kind === 'B' || (kind === 'C' && isInStep)) return null;
  return (
    <Alert
      color={kind === 'D' ? 'harm' : 'watch'}
      icon={<IconAlertTriangle size={18} />}
      title={kind === 'D' ? 'There will be no way back' : 'Going back loses data'}
    >
      {kind === 'D'
        ? 'What leads to the point of no return waits for approval, typed out. From there on Serin does not go back by itself: proven harm holds the rollout and calls people. Take a backup, and try to restore it, before.'
        : 'Whoever starts the rollout accepts that, typed out. From then on Serin goes back by itself as ever, because people who are hurt weigh more.'}
    </Alert>
  );
}

type PointProps = Pick<ImpactFieldsProps, 'stages' | 'onChange'>;

function PointOfNoReturn({ stages, onChange }: PointProps) {
  const error = useFieldError('rollback_impact');
  const chosen = stages.find(({ isPointOfNoReturn }) => isPointOfNoReturn);
  return (
    <Select
      label="No way back from this stage on"
      description="Where the old data is dropped, or written in a form that the version before cannot read."
      placeholder="Choose a stage"
      data={stages.map((stage, index) => ({
        value: stage.id,
        label: `${index + 1}. ${stageName(stage)}`,
      }))}
      value={chosen?.id ?? null}
      allowDeselect={false}
      error={error}
      onChange={(id) =>
        onChange({
          stages: stages.map((stage) => ({ ...stage, isPointOfNoReturn: stage.id === id })),
        })
      }
    />
  );
}

type NoteProps = { readonly impact: ImpactDraft; readonly onChange: (note: string) => void };

function Note({ impact, onChange }: NoteProps) {
  const error = useFieldError('rollback_note');
  return (
    <Textarea
      label="What is lost, and how it is restored"
      description="Shown wherever somebody decides about going back."
      placeholder={
        impact.kind === 'B' ? '' : 'Orders of the new kind. Restore table orders from the backup…'
      }
      autosize
      minRows={2}
      maxRows={8}
      maxLength={2000}
      value={impact.note}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
