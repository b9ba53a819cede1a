// Plans a change of a flag: what it does, and when.
import { Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type NewSchedule, schedule, useChange } from '../api/changes.ts';
import type { Flag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { groupWords } from '../flags/words.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { toastDone } from '../ui/toast.ts';
import { DUE_FIELDS, DueInput, dueFrom, emptyDue } from './due-input.tsx';
import { needsApproval, usePropose } from './proposal.ts';

type Setting = NewSchedule['change'];

type Props = {
  readonly flag: Flag;
  readonly scope: Scope;
  /** A change that was already made up, such as in the editor; without one it is chosen here. */
  readonly setting?: Setting;
  readonly onClose: () => void;
  readonly onDone?: () => void;
};

export function ScheduleDialog({ flag, scope, setting, onClose, onDone }: Props) {
  return (
    <Dialog opened onClose={onClose} title={`Plan a change of ${flag.key}`} size="md">
      <ScheduleForm
        flag={flag}
        scope={scope}
        onClose={onClose}
        {...(setting ? { setting } : {})}
        {...(onDone ? { onDone } : {})}
      />
    </Dialog>
  );
}

function ScheduleForm({ flag, scope, setting: given, onClose, onDone }: Props) {
  const [chosen, setChosen] = useState<Setting>({ active: !flag.active });
  const [due, setDue] = useState(emptyDue);
  const [reason, setReason] = useState('');
  const plan = useChange(schedule(scope));
  const propose = usePropose();
  const setting = given ?? chosen;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    plan.mutate(
      { flag: flag.id, change: setting, due: dueFrom(due), reason: reason.trim() || null },
      {
        onSuccess: () => {
          toastDone('It is planned.');
          onDone?.();
          onClose();
        },
      },
    );
  };
  const { require_reason: isReasonRequired } = scope.environment.protection;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(plan.error, ['reason', ...DUE_FIELDS])} />
        {needsApproval(plan.error) && setting.share === undefined && (
          <Button
            variant="default"
            onClick={() => {
              onClose();
              const title = `Change ${flag.key}`;
              propose({ flag, title, reason, change: setting, ...(onDone ? { onDone } : {}) });
            }}
          >
            Propose it instead
          </Button>
        )}
        {given ? (
          <Text>Your unsaved changes of who gets it, made at once when the time comes.</Text>
        ) : (
          <SettingInput flag={flag} setting={setting} onChange={setChosen} />
        )}
        <DueInput due={due} error={plan.error} isRequired onChange={setDue} />
        <ReasonInput
          isRequired={isReasonRequired}
          value={reason}
          error={errorAt(plan.error, 'reason')}
          onChange={setReason}
        />
        <Text size="sm" c="dimmed">
          If others change the same part of the flag before, it is left alone and you are told here.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={plan.isPending}>
            Plan
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type SettingInputProps = {
  readonly flag: Flag;
  readonly setting: Setting;
  readonly onChange: (setting: Setting) => void;
};

/** Switching, or the share of one condition set; targeting as a whole is planned from the editor. */
function SettingInput({ flag, setting, onChange }: SettingInputProps) {
  const { groups } = flag.filters;
  const { share } = setting;
  const kinds = [
    { value: 'on', label: 'Switch it on' },
    { value: 'off', label: 'Switch it off' },
    ...groups.map((group, index) => ({
      value: String(index),
      label: `Share of set ${index + 1}: ${groupWords(group)}`,
    })),
  ];
  const value = share ? String(share.condition_set) : setting.active ? 'on' : 'off';
  const choose = (kind: string | null) => {
    if (kind === 'on' || kind === 'off') onChange({ active: kind === 'on' });
    else if (kind !== null) {
      const now = groups[Number(kind)]?.rollout_percentage ?? 100;
      onChange({ share: { condition_set: Number(kind), rollout_percentage: now } });
    }
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Select
        label="What"
        data={kinds}
        value={value}
        allowDeselect={false}
        style={{ flex: 1 }}
        onChange={choose}
      />
      {share && (
        <NumberInput
          label="To, in percent"
          min={0}
          max={100}
          decimalScale={2}
          suffix=" %"
          w={130}
          value={share.rollout_percentage}
          onChange={(percent) =>
            onChange({ share: { ...share, rollout_percentage: Number(percent) || 0 } })
          }
        />
      )}
    </Group>
  );
}
