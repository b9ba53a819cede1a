// What a channel hears, and when: asked of a new one, and changed later.
import { Select } from '@mantine/core';
import type { Channel } from '../api/notify.ts';

const SEVERITIES = [
  { value: 'info', label: 'Everything' },
  { value: 'warning', label: 'Holds, approvals and worse' },
  { value: 'error', label: 'Rollbacks and worse' },
  { value: 'critical', label: 'Only what waits past its deadline' },
] as const satisfies readonly { value: Channel['least_severity']; label: string }[];

const LEVELS = [
  { value: '1', label: 'At once (level 1)' },
  { value: '2', label: 'When nobody acts (level 2)' },
  { value: '3', label: 'When still nobody acts (level 3)' },
];

/** Users are written to only when a person says so: such a channel hears nothing by itself. */
export const hearsNews = (kind: Channel['kind']): boolean => kind !== 'intercom';

export type Hears = Pick<Channel, 'least_severity' | 'level'>;

type HearsFieldsProps = {
  readonly value: Hears;
  readonly onChange: (change: Partial<Hears>) => void;
};

export function HearsFields({ value, onChange }: HearsFieldsProps) {
  return (
    <>
      <Select
        label="What it hears"
        data={SEVERITIES}
        value={value.least_severity}
        allowDeselect={false}
        onChange={(next) => {
          const chosen = SEVERITIES.find((one) => one.value === next);
          if (chosen) onChange({ least_severity: chosen.value });
        }}
      />
      <Select
        label="When it hears"
        description="Higher levels hear of what nobody has answered by its deadline, and of pages that a level below could not deliver."
        data={LEVELS}
        value={String(value.level)}
        allowDeselect={false}
        onChange={(next) => next && onChange({ level: Number(next) })}
      />
    </>
  );
}
