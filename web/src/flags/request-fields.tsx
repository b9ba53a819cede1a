// What the request of somebody's SDK would bring along: properties, groups, a device.
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useNames } from '../targeting/use-names.ts';
import type { FlagPartProps } from './flag-part.ts';
import {
  groupPropertiesProblem,
  personPropertiesProblem,
  type RequestDraft,
} from './request-draft.ts';

type RequestFieldsProps = Pick<FlagPartProps, 'flag'> & {
  readonly request: RequestDraft;
  readonly onChange: (request: RequestDraft) => void;
};

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export function RequestFields({ flag, request, onChange }: RequestFieldsProps) {
  const groupTypes = (useNames().groupTypes ?? []).filter((name) => name !== undefined);
  return (
    <Stack gap="sm">
      <Textarea
        label="Person properties"
        description="JSON; these win over stored ones."
        placeholder={'{ "email": "ada@example.com" }'}
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        value={request.personProperties}
        error={personPropertiesProblem(request.personProperties)}
        styles={MONO}
        onChange={(event) => onChange({ ...request, personProperties: event.currentTarget.value })}
      />
      {groupTypes.map((type) => (
        <TextInput
          key={type}
          label={`Group: ${type}`}
          placeholder="Its key"
          value={request.groups[type] ?? ''}
          onChange={(event) =>
            onChange({
              ...request,
              groups: { ...request.groups, [type]: event.currentTarget.value },
            })
          }
        />
      ))}
      {groupTypes.length > 0 && (
        <Textarea
          label="Group properties"
          description="JSON by group type."
          placeholder={`{ "${groupTypes[0]}": { "tier": "gold" } }`}
          autosize
          minRows={1}
          maxRows={12}
          spellCheck={false}
          value={request.groupProperties}
          error={groupPropertiesProblem(request.groupProperties)}
          styles={MONO}
          onChange={(event) => onChange({ ...request, groupProperties: event.currentTarget.value })}
        />
      )}
      {flag.bucketing_identifier === 'device_id' && (
        <TextInput
          label="Device id"
          description="The flag is dealt out by device."
          value={request.deviceId}
          onChange={(event) => onChange({ ...request, deviceId: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
