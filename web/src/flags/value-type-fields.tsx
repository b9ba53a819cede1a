// The one value that OpenFeature SDKs get: they ask for a boolean, a text, a number or an object, not for a variant
// and its payload.
import { Select } from '@mantine/core';
import { VALUE_TYPES, type ValueSource, type ValueType } from 'serin/flags/flag';
import { valueRuleOf } from 'serin/flags/value';
import { useFieldError } from '../targeting/form-errors.tsx';
import { filtersFrom } from './draft-body.ts';
import type { FlagDraft } from './draft.ts';
import { SOURCE_WORDS, TYPE_WORDS, sourcesFor } from './value-words.ts';
import { sentenceCase } from './words.ts';

type ValueTypeProps = {
  readonly draft: FlagDraft;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

/** Stands for what is not declared. */
const AUTOMATIC = 'automatic';

export function ValueTypeFields({ draft, onChange }: ValueTypeProps) {
  const { valueType, valueSource } = draft;
  const rule = valueRuleOf({ valueType, valueSource }, filtersFrom(draft, null));
  const chooseType = (choice: string | null) =>
    onChange({
      valueType: choice === AUTOMATIC ? null : (choice as ValueType),
      valueSource: null,
    });
  const types = VALUE_TYPES.map((value) => ({ value, label: sentenceCase(TYPE_WORDS[value]) }));
  const sources = sourcesFor(rule.type).map((value) => ({ value, label: SOURCE_WORDS[value] }));
  return (
    <>
      <Select
        label="Value for OpenFeature"
        description="What OpenFeature SDKs get. PostHog SDKs always get variant and payload."
        data={[{ value: AUTOMATIC, label: `Automatic: ${TYPE_WORDS[rule.type]}` }, ...types]}
        value={valueType ?? AUTOMATIC}
        error={useFieldError('value_type')}
        allowDeselect={false}
        maw={420}
        onChange={chooseType}
      />
      <Select
        label="Taken from"
        description="Where there is none, the default in your code counts."
        data={sources}
        value={rule.source}
        error={useFieldError('value_source')}
        disabled={valueType === null || sources.length === 1}
        allowDeselect={false}
        maw={420}
        onChange={(source) => onChange({ valueSource: source as ValueSource })}
      />
    </>
  );
}
