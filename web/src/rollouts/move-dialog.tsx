// Commands that ask for more than a reason: which stage, how much longer, when.
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type CommandDetails, type Rollout, useRolloutAction } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { PhraseInput } from '../ui/phrase-input.tsx';
import { ReasonInput } from '../ui/reason-input.tsx';
import { toastDone } from '../ui/toast.ts';
import { COMMANDS, confirmed, consequence, riskOf } from './command-words.ts';
import { RiskWarning } from './risk-warning.tsx';

/** `later` is a start at a time. */
export type Move = 'jump' | 'retry' | 'extend' | 'later';

const LATER = {
  title: 'Start later?',
  label: 'Start later',
  body: 'The first stage is written to the flag then, if nothing stands in the way.',
  reason: 'optional',
} as const;
const wordsOf = (move: Move) => (move === 'later' ? LATER : COMMANDS[move]);

const HOUR = 3600;
const LONGER = [
  { value: String(HOUR), label: '1 hour' },
  { value: String(4 * HOUR), label: '4 hours' },
  { value: String(24 * HOUR), label: '1 day' },
  { value: String(72 * HOUR), label: '3 days' },
];
const FIELDS = ['stage_index', 'seconds', 'start_at', 'reason'];

type MoveDialogProps = {
  readonly rollout: Rollout;
  readonly scope: Scope;
  readonly move: Move;
  readonly onClose: () => void;
};

export function MoveDialog(props: MoveDialogProps) {
  return (
    <Dialog
      opened
      size="md"
      title={wordsOf(props.move).title}
      onClose={props.onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <MoveForm {...props} />
    </Dialog>
  );
}

function MoveForm({ rollout: live, scope, move, onClose }: MoveDialogProps) {
  // What was on the screen when it was asked for: a rollout that has moved on meanwhile refuses.
  const [rollout] = useState(live);
  const [chosen, setChosen] = useState<string | null>(move === 'extend' ? String(4 * HOUR) : null);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const act = useRolloutAction(scope);
  const words = wordsOf(move);
  const isRequired = words.reason === 'required';
  const details = chosen ? detailsOf(move, chosen) : {};
  const action = move === 'later' ? 'start' : move;
  const risk = riskOf(action, rollout, details.stage_index);
  const isMeant = !risk || typed.trim() === risk.phrase;
  const isReady = chosen && isMeant && (!isRequired || reason.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(
      {
        rollout,
        action,
        reason: reason.trim(),
        details: { ...details, ...confirmed(risk) },
      },
      {
        onSuccess: () => {
          toastDone(`${words.label.replace('…', '')}: done.`);
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{move === 'later' ? LATER.body : consequence(move, rollout)}</Text>
        <ErrorAlert error={errorElsewhere(act.error, FIELDS)} />
        <Choice {...{ rollout, move, chosen }} error={act.error} onChange={setChosen} />
        <ReasonInput
          value={reason}
          isRequired={isRequired}
          error={errorAt(act.error, 'reason')}
          onChange={setReason}
        />
        {risk && (
          <>
            <RiskWarning risk={risk} />
            <PhraseInput phrase={risk.phrase} value={typed} onChange={setTyped} />
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={move === 'jump' || risk ? 'harm' : 'pine'}
            loading={act.isPending}
            disabled={!isReady}
          >
            {words.label.replace('…', '')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function detailsOf(move: Move, chosen: string): CommandDetails {
  if (move === 'extend') return { seconds: Number(chosen) };
  if (move === 'later') return { start_at: new Date(chosen).toISOString() };
  return { stage_index: Number(chosen) };
}

type ChoiceProps = {
  readonly rollout: Rollout;
  readonly move: Move;
  readonly chosen: string | null;
  readonly error: unknown;
  readonly onChange: (chosen: string | null) => void;
};

function Choice({ rollout, move, chosen, error, onChange }: ChoiceProps) {
  if (move === 'later') {
    return (
      <TextInput
        label="When"
        description="In the time zone of this browser. Where the plan has change windows, in the next one."
        type="datetime-local"
        data-autofocus
        value={chosen ?? ''}
        error={errorAt(error, 'start_at')}
        onChange={({ currentTarget: { value } }) => onChange(value)}
      />
    );
  }
  if (move === 'extend') {
    return (
      <Select
        label="By how much"
        data={LONGER}
        value={chosen}
        allowDeselect={false}
        error={errorAt(error, 'seconds')}
        onChange={onChange}
      />
    );
  }
  const stages = rollout.stages
    .filter(({ index }) => move === 'retry' || index !== rollout.stage_index)
    .map(({ index, name }) => ({ value: String(index), label: `${index + 1}. ${name}` }));
  return (
    <Select
      label="Stage"
      placeholder="Which one?"
      data={stages}
      value={chosen}
      allowDeselect={false}
      error={errorAt(error, 'stage_index')}
      onChange={onChange}
    />
  );
}
