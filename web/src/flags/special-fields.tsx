// What a flag is for, the flag that can switch it off, and who is left alone or kept as before login.
import { Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FLAG_KINDS, type FlagKind } from 'serin/flags/flag';
import { holdoutsQuery } from '../api/flag-people.ts';
import { flagsQuery } from '../api/flags.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { FlagDraft } from './draft.ts';
import { KIND_WORDS } from './kind-words.ts';

type SpecialProps = {
  readonly draft: FlagDraft;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

const KINDS = FLAG_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));

export function SpecialFields({ draft, onChange }: SpecialProps) {
  return (
    <>
      <Select
        label="Kind"
        description="What the flag is for."
        data={KINDS}
        value={draft.flagKind}
        error={useFieldError('kind')}
        allowDeselect={false}
        maw={420}
        onChange={(kind) => kind && onChange({ flagKind: kind as FlagKind })}
      />
      <KillSwitch draft={draft} onChange={onChange} />
      <HoldoutSelect draft={draft} onChange={onChange} />
      <Switch
        label="Keep what people had before login"
        description="Needs the state store for each answer that brings an id from before."
        checked={draft.continuity}
        onChange={(event) => onChange({ continuity: event.currentTarget.checked })}
      />
    </>
  );
}

function KillSwitch({ draft, onChange }: SpecialProps) {
  const scope = useScope();
  const flags = useQuery(flagsQuery(scope));
  const keys = (flags.data?.results ?? [])
    .filter(({ kind, key }) => kind === 'kill_switch' && key !== draft.key)
    .map(({ key }) => key);
  const known =
    draft.killSwitch === null || keys.includes(draft.killSwitch)
      ? keys
      : [draft.killSwitch, ...keys];
  return (
    <Select
      label="Kill switch"
      description="A flag of that kind: for whom it is on, this flag is off, whatever a rollout does."
      placeholder={known.length > 0 ? 'None' : 'There is no flag of the kind kill switch'}
      data={known}
      value={draft.killSwitch}
      error={useFieldError('kill_switch')}
      disabled={known.length === 0}
      clearable
      searchable
      maw={420}
      onChange={(killSwitch) => onChange({ killSwitch })}
    />
  );
}

function HoldoutSelect({ draft, onChange }: SpecialProps) {
  const scope = useScope();
  const holdouts = useQuery(holdoutsQuery(scope));
  const known = holdouts.data?.results ?? [];
  const choices = known.map(({ id, name, exclusion_percentage: share }) => ({
    value: String(id),
    label: `${name} (${share} %)`,
  }));
  const { holdout } = draft;
  const isKnown = holdout === null || known.some(({ id }) => id === holdout.id);
  const unknown =
    isKnown || holdout === null ? [] : [{ value: String(holdout.id), label: `No. ${holdout.id}` }];
  return (
    <Select
      label="Holdout"
      description="The same people are left alone by all flags that name it. Settings → Holdouts."
      placeholder={choices.length > 0 ? 'None' : 'There are no holdouts'}
      data={[...unknown, ...choices]}
      value={holdout === null ? null : String(holdout.id)}
      error={useFieldError('filters.holdout')}
      disabled={choices.length === 0 && holdout === null}
      clearable
      maw={420}
      onChange={(choice) => {
        const chosen = known.find(({ id }) => String(id) === choice);
        onChange({
          holdout: chosen
            ? { id: chosen.id, exclusion_percentage: chosen.exclusion_percentage }
            : null,
        });
      }}
    />
  );
}
