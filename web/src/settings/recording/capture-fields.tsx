// What of a session is captured beside what is seen, and how long it is kept.
import { NumberInput, Select, Stack, Switch } from '@mantine/core';
import type { FieldsProps, Saved } from './fields.ts';

const SWITCHES = [
  {
    field: 'capture_console',
    label: 'Console',
    description: 'What the page writes to it, and errors that nobody catches.',
  },
  {
    field: 'capture_network',
    label: 'Requests',
    description: 'Address, status and times of what the page asks for.',
  },
  {
    field: 'capture_headers',
    label: 'Headers of requests',
    description: 'Those that name secrets are left out by the browser.',
  },
  {
    field: 'capture_bodies',
    label: 'Bodies of requests and answers',
    description: 'Shown to people whom you choose below. Values of secret names are masked.',
  },
  {
    field: 'capture_canvas',
    label: 'Canvas',
    description: 'Pictures of what is drawn; they make recordings much larger.',
  },
  {
    field: 'capture_dead_clicks',
    label: 'Dead clicks',
    description: 'Clicks that nothing follows, as events that recordings are found by.',
  },
] as const;

const DAYS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
];

export function CaptureFields({ draft, set }: FieldsProps) {
  return (
    <Stack gap="md" maw={460}>
      {SWITCHES.map(({ field, label, description }) => (
        <Switch
          key={field}
          label={label}
          description={description}
          checked={draft[field]}
          onChange={(event) => set({ [field]: event.currentTarget.checked })}
        />
      ))}
      {draft.capture_canvas && (
        <NumberInput
          label="Pictures of a canvas per second"
          min={1}
          max={12}
          allowDecimal={false}
          value={draft.canvas_fps}
          onChange={(value) => set({ canvas_fps: Number(value) })}
        />
      )}
      <Select
        label="Kept for"
        description="Recordings that begin from now on. Pinned ones are kept for a year."
        data={DAYS}
        allowDeselect={false}
        value={String(draft.retention_days)}
        onChange={(value) => set({ retention_days: Number(value) as Saved['retention_days'] })}
      />
    </Stack>
  );
}
