// The flag that an experiment goes by: a new one with its variants, or one that there is.
import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Flag } from '../api/flags.ts';
import { ConditionSets } from '../flags/condition-sets.tsx';
import { Summary } from '../flags/summary.tsx';
import { Variants } from '../flags/variants-editor.tsx';
import { summarySentences } from '../flags/words.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import { Section } from '../ui/page.tsx';
import { CONTROL, type ExperimentDraft } from './draft.ts';
import styles from './form.module.css';
import { SplitBar } from './split-bar.tsx';

type FlagSectionProps = {
  readonly draft: ExperimentDraft;
  readonly flags: readonly Flag[];
  /** A stored draft keeps its flag. */
  readonly isStored: boolean;
  readonly environmentName: string;
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

const CHOICES = [
  { value: 'new', label: 'New flag' },
  { value: 'taken', label: 'Existing flag' },
];

/** Why an experiment cannot go by a flag; undefined when it can. */
function unfit({ archived, filters }: Flag): string | undefined {
  if (archived) return 'archived';
  const keys = (filters.multivariate?.variants ?? []).map(({ key }) => key);
  if (keys.length < 2) return 'no variants';
  return keys.includes(CONTROL) ? undefined : `no variant “${CONTROL}”`;
}

export function FlagSection(props: FlagSectionProps) {
  const { draft, flags, isStored, onChange } = props;
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  return (
    <Section
      title="Flag and variants"
      lead="Your code asks the flag which variant to show. People keep the one that they got."
    >
      <div className={styles.stack}>
        {!isStored && (
          <SegmentedControl
            aria-label="Which flag"
            w="fit-content"
            data={CHOICES}
            value={draft.takenFlag === null ? 'new' : 'taken'}
            onChange={(value) => onChange({ takenFlag: value === 'new' ? null : '' })}
          />
        )}
        {draft.takenFlag === null ? (
          <NewFlag draft={draft} onChange={onChange} />
        ) : isStored ? (
          <p className={styles.hint}>
            The flag{' '}
            <Link to="/feature-flags/$flagId" params={{ flagId: draft.takenFlag }}>
              {draft.takenFlag}
            </Link>
            , its variants and who enters are changed on its own page.
          </p>
        ) : (
          <FlagSelect draft={draft} flags={flags} onChange={onChange} />
        )}
        {taken && <SplitBar variants={taken.filters.multivariate?.variants ?? []} />}
      </div>
    </Section>
  );
}

function NewFlag({ draft, onChange }: Pick<FlagSectionProps, 'draft' | 'onChange'>) {
  const { flag } = draft;
  return (
    <>
      <TextInput
        label="Flag key"
        description="The name in your code."
        placeholder="checkout-button"
        maw={420}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={flag.key}
        error={useFieldError('feature_flag_key')}
        onChange={({ currentTarget: { value: key } }) => onChange({ flag: { ...flag, key } })}
      />
      <Variants
        variants={flag.variants}
        onChange={(variants) => onChange({ flag: { ...flag, variants } })}
      />
    </>
  );
}

function FlagSelect({
  draft,
  flags,
  onChange,
}: Omit<FlagSectionProps, 'isStored' | 'environmentName'>) {
  const data = flags.map((flag) => {
    const why = unfit(flag);
    return {
      value: flag.key,
      label: why === undefined ? flag.key : `${flag.key} (${why})`,
      disabled: why !== undefined,
    };
  });
  return (
    <Select
      label="Flag"
      description={`One with several variants, of which one is “${CONTROL}”.`}
      placeholder="Choose a flag"
      maw={420}
      searchable
      allowDeselect={false}
      nothingFoundMessage="No flag matches"
      data={data.toSorted((a, b) => Number(a.disabled) - Number(b.disabled))}
      value={draft.takenFlag || null}
      error={useFieldError('feature_flag_key')}
      onChange={(key) => onChange({ takenFlag: key ?? '' })}
    />
  );
}

/** Who enters: conditions of a new flag, or what the existing one says. */
export function WhoSection({ draft, flags, environmentName, onChange }: FlagSectionProps) {
  const names = useNames();
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  if (draft.takenFlag !== null && !taken) return null;
  return (
    <Section
      title={`Who enters in ${environmentName}`}
      lead="Only they get a variant and count. The share says how many of them."
    >
      {taken ? (
        <Summary sentences={summarySentences(taken.filters, true, names)} />
      ) : (
        <ConditionSets
          draft={draft.flag}
          onChange={(groups) => onChange({ flag: { ...draft.flag, groups } })}
        />
      )}
    </Section>
  );
}
