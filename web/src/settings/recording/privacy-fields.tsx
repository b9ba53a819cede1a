// What browsers leave out of recordings, what this server takes out, and who sees bodies.
import { MultiSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../../api/flag-upkeep.ts';
import { errorAt } from '../../ui/field-errors.ts';
import type { FieldsProps, Saved } from './fields.ts';

const DETECTORS = [
  ['mask_emails', 'E-mail addresses'],
  ['mask_cards', 'Card numbers'],
  ['mask_accounts', 'IBANs'],
  ['mask_phones', 'Phone numbers'],
  ['mask_tokens', 'Tokens, keys, and secret parameters of addresses'],
] as const satisfies readonly (readonly [keyof Saved['privacy'], string])[];

export function PrivacyFields({ draft, set, error }: FieldsProps) {
  const { masking, privacy } = draft;
  const mask = (change: Partial<Saved['masking']>) => set({ masking: { ...masking, ...change } });
  const take = (change: Partial<Saved['privacy']>) => set({ privacy: { ...privacy, ...change } });
  return (
    <Stack gap="md" maw={460}>
      <Switch
        label="Mask every input"
        description="In the browser. Passwords always are."
        checked={masking.mask_all_inputs}
        onChange={(event) => mask({ mask_all_inputs: event.currentTarget.checked })}
      />
      <TextInput
        label="Mask texts of"
        description="CSS selector, beside the class ph-mask."
        placeholder=".name, [data-private]"
        value={masking.mask_text_selector ?? ''}
        error={errorAt(error, 'masking.mask_text_selector')}
        onChange={(event) => mask({ mask_text_selector: event.currentTarget.value || null })}
      />
      <TextInput
        label="Leave out"
        description="CSS selector, beside the class ph-no-capture: an empty box stands for each."
        placeholder=".invoice"
        value={masking.block_selector ?? ''}
        error={errorAt(error, 'masking.block_selector')}
        onChange={(event) => mask({ block_selector: event.currentTarget.value || null })}
      />
      <Switch
        label="Mask attributes of elements"
        checked={masking.mask_all_element_attributes}
        onChange={(event) => mask({ mask_all_element_attributes: event.currentTarget.checked })}
      />
      {DETECTORS.map(([field, label]) => (
        <Switch
          key={field}
          label={label}
          description="On this server, wherever they stand."
          checked={privacy[field]}
          onChange={(event) => take({ [field]: event.currentTarget.checked })}
        />
      ))}
      <Switch
        label="Every text of the page"
        description="On this server, whatever the page sends: only its shape stays."
        checked={privacy.mask_all_text}
        onChange={(event) => take({ mask_all_text: event.currentTarget.checked })}
      />
      {draft.capture_bodies || draft.capture_headers ? (
        <BodyViewers draft={draft} set={set} />
      ) : null}
    </Stack>
  );
}

function BodyViewers({ draft, set }: Omit<FieldsProps, 'error'>) {
  const members = useQuery(membersQuery);
  const people = members.data?.results ?? [];
  return (
    <MultiSelect
      label="Who sees bodies and headers"
      description="Keys of the API need the scope session_recording:bodies."
      data={people.map(({ id, email }) => ({ value: id, label: email }))}
      value={draft.body_viewers}
      searchable
      onChange={(ids) => set({ body_viewers: ids })}
    />
  );
}
