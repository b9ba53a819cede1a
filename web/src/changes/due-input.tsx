// When something is to happen: wall time and time zone, and which of two where clocks go back.
import { Radio, Select, Stack, TextInput } from '@mantine/core';
import type { DueInput as Due } from '../api/changes.ts';
import { errorAt } from '../ui/field-errors.ts';
import styles from './changes.module.css';

/** As the form holds it. */
export type DueDraft = {
  /** `2026-11-30T09:00`; empty: none. */
  readonly localTime: string;
  readonly timeZone: string;
  readonly fold: 'earlier' | 'later' | null;
};

const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const emptyDue = (): DueDraft => ({ localTime: '', timeZone: ownTimeZone(), fold: null });

/** What is sent. */
export const dueFrom = ({ localTime, timeZone, fold }: DueDraft): Due => ({
  local_time: localTime,
  time_zone: timeZone,
  ...(fold ? { fold } : {}),
});

type DueInputProps = {
  readonly due: DueDraft;
  readonly error: unknown;
  readonly isRequired?: boolean;
  readonly onChange: (due: DueDraft) => void;
};

/** Fields at which the server refuses a time. */
export const DUE_FIELDS = ['due', 'due.local_time', 'due.time_zone', 'due.fold'];

export function DueInput({ due, error, isRequired = false, onChange }: DueInputProps) {
  const foldError = errorAt(error, 'due.fold');
  const change = (next: Partial<DueDraft>) => onChange({ ...due, fold: null, ...next });
  return (
    <Stack gap="xs">
      <div className={styles.due}>
        <TextInput
          label="When"
          type="datetime-local"
          required={isRequired}
          withAsterisk={false}
          value={due.localTime}
          error={errorAt(error, 'due.local_time') ?? errorAt(error, 'due')}
          onChange={(event) => change({ localTime: event.currentTarget.value })}
        />
        <Select
          label="Time zone"
          searchable
          data={timeZones(due.timeZone)}
          value={due.timeZone}
          allowDeselect={false}
          maxDropdownHeight={240}
          limit={100}
          error={errorAt(error, 'due.time_zone')}
          onChange={(timeZone) => timeZone && change({ timeZone })}
        />
      </div>
      {(foldError !== undefined || due.fold !== null) && (
        <Radio.Group
          label="Which of the two"
          description={foldError}
          value={due.fold}
          onChange={(fold) => onChange({ ...due, fold: fold as 'earlier' | 'later' })}
        >
          <Stack gap={6} mt={8}>
            <Radio value="earlier" label="The first, before clocks go back" />
            <Radio value="later" label="The second, after clocks went back" />
          </Stack>
        </Radio.Group>
      )}
    </Stack>
  );
}

let known: readonly string[] | undefined;

/** Every zone that this browser knows, and the one that is chosen. */
function timeZones(chosen: string): string[] {
  known ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return known.includes(chosen) ? [...known] : [chosen, ...known];
}
