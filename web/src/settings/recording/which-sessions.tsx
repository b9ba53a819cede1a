// Share, flag and triggers: which sessions are recorded.
import {
  NumberInput,
  SegmentedControl,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useId } from 'react';
import { ApiError } from '../../api/client.ts';
import { errorAt } from '../../ui/field-errors.ts';
import type { FieldsProps, Saved } from './fields.ts';

const WIDTH = 460;

export function WhichSessions({ draft, set, error }: FieldsProps) {
  return (
    <Stack gap="md" maw={WIDTH}>
      <NumberInput
        label="Share of sessions"
        suffix=" %"
        min={0}
        max={100}
        decimalScale={0}
        value={Math.round(draft.sample_rate * 100)}
        error={errorAt(error, 'sample_rate')}
        onChange={(value) => set({ sample_rate: Number(value) / 100 })}
      />
      <NumberInput
        label="Shortest session"
        description="Shorter ones are not sent. 0: any."
        suffix=" s"
        min={0}
        max={300}
        value={draft.minimum_duration_seconds}
        error={errorAt(error, 'minimum_duration_seconds')}
        onChange={(value) => set({ minimum_duration_seconds: Number(value) })}
      />
      <LinkedFlag draft={draft} set={set} />
      <Patterns label="Start at addresses" field="url_triggers" {...{ draft, set, error }} />
      <TagsInput
        label="Start with events"
        description="Names of events; Enter adds one."
        value={draft.event_triggers}
        maxTags={50}
        onChange={(names) => set({ event_triggers: names })}
      />
      <MatchType draft={draft} set={set} />
      <Patterns label="Never at addresses" field="url_blocklist" {...{ draft, set, error }} />
      <Switch
        label="Everybody in a running rollout"
        description="Sessions for which the flag of a running rollout is on are all recorded, whatever the share."
        checked={draft.follow_rollouts}
        onChange={(event) => set({ follow_rollouts: event.currentTarget.checked })}
      />
    </Stack>
  );
}

type PartProps = Pick<FieldsProps, 'draft' | 'set'>;

function LinkedFlag({ draft, set }: PartProps) {
  const { linked_flag: linked } = draft;
  return (
    <>
      <TextInput
        label="Only where a flag is on"
        description="Its key. Empty: whatever flags say."
        value={linked?.flag ?? ''}
        maxLength={400}
        onChange={({ currentTarget: { value } }) =>
          set({
            linked_flag:
              value.trim() === '' ? null : { flag: value.trim(), variant: linked?.variant ?? null },
          })
        }
      />
      {linked && (
        <TextInput
          label="Variant of it"
          description="Empty: any."
          value={linked.variant ?? ''}
          maxLength={400}
          onChange={({ currentTarget: { value } }) =>
            set({
              linked_flag: {
                flag: linked.flag,
                variant: value.trim() === '' ? null : value.trim(),
              },
            })
          }
        />
      )}
    </>
  );
}

function Patterns({
  label,
  field,
  draft,
  set,
  error,
}: FieldsProps & { readonly label: string; readonly field: 'url_triggers' | 'url_blocklist' }) {
  const isMine = error instanceof ApiError && (error.attr?.startsWith(field) ?? false);
  return (
    <TagsInput
      label={label}
      description="Regular expressions; Enter adds one."
      value={draft[field]}
      maxTags={50}
      splitChars={[]}
      error={isMine ? error.message : undefined}
      onChange={(patterns) => set({ [field]: patterns })}
    />
  );
}

function MatchType({ draft, set }: PartProps) {
  const id = useId();
  return (
    <div>
      <Text id={id} size="sm" fw={500} mb={4}>
        Share, flag and triggers
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        value={draft.match_type}
        data={[
          { value: 'all', label: 'All are needed' },
          { value: 'any', label: 'One is enough' },
        ]}
        onChange={(value) => set({ match_type: value as Saved['match_type'] })}
      />
    </div>
  );
}
