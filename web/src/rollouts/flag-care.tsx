// What a rollout does to flags besides its stages: it locks its own against hands, and shows people a banner by another.
import { Checkbox, Select, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { flagsQuery } from '../api/flags.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { PolicyDraft } from './policy-draft.ts';

type FlagCareProps = {
  readonly policy: PolicyDraft;
  readonly onChange: (policy: PolicyDraft) => void;
};

export function FlagCare({ policy, onChange }: FlagCareProps) {
  const { banner, lockFlag } = policy;
  return (
    <Stack gap="sm">
      <Checkbox
        label="Lock who has the flag while it runs"
        description="Nobody edits its targeting by hand meanwhile; switching it off always works."
        checked={lockFlag}
        onChange={(event) => onChange({ ...policy, lockFlag: event.currentTarget.checked })}
      />
      <Checkbox
        label="Show a banner after a rollback"
        description="People who had the change get its text as the payload of another flag, until somebody acknowledges the incident."
        checked={banner !== null}
        onChange={(event) =>
          onChange({
            ...policy,
            banner: event.currentTarget.checked ? { flagKey: '', text: '' } : null,
          })
        }
      />
      {banner && (
        <BannerFields
          banner={banner}
          onChange={(next) => onChange({ ...policy, banner: { ...banner, ...next } })}
        />
      )}
    </Stack>
  );
}

type Banner = NonNullable<PolicyDraft['banner']>;
type BannerFieldsProps = {
  readonly banner: Banner;
  readonly onChange: (change: Partial<Banner>) => void;
};

function BannerFields({ banner, onChange }: BannerFieldsProps) {
  const flags = useQuery(flagsQuery(useScope()));
  const flagError = useFieldError('policy.banner.flag_key');
  const textError = useFieldError('policy.banner.text');
  // One that is no longer offered is still what the plan says.
  const known = (flags.data?.results ?? [])
    .filter(({ filters }) => !filters.multivariate)
    .map(({ key }) => key);
  const isKnown = banner.flagKey === '' || known.includes(banner.flagKey);
  return (
    <Stack gap="sm" pl={30}>
      <Select
        label="Flag of the banner"
        description="An on/off flag of its own; apps show the text of its payload."
        placeholder="Choose a flag"
        data={isKnown ? known : [banner.flagKey, ...known]}
        value={banner.flagKey || null}
        searchable
        allowDeselect={false}
        nothingFoundMessage="No on/off flag is called so"
        error={flagError}
        onChange={(key) => onChange({ flagKey: key ?? '' })}
      />
      <Textarea
        label="Text of the banner"
        description="Empty: a text of Serin’s, made from what happened."
        placeholder="A recent change did not work as it should. We have taken it back."
        autosize
        minRows={2}
        maxRows={6}
        maxLength={1000}
        value={banner.text}
        error={textError}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
    </Stack>
  );
}
