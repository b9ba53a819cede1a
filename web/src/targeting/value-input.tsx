// The input that fits a comparison: tags, text, number, range, date, version or pattern.
import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { type ConditionDraft, textOf } from './condition-draft.ts';
import styles from './targeting.module.css';
import { wordsOf } from './operators.ts';

type ValueInputProps = {
  readonly condition: ConditionDraft;
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
};

export function ValueInput({ condition, onChange, error }: ValueInputProps) {
  const { value } = condition;
  const text = textOf(value);
  switch (wordsOf(condition.operator).kind) {
    case 'none':
    case 'other':
      return <span />;
    case 'texts':
      return (
        <TagsInput
          aria-label="Values"
          placeholder={Array.isArray(value) && value.length > 0 ? '' : 'Type a value, press Enter'}
          value={Array.isArray(value) ? value.map(textOf) : []}
          onChange={onChange}
          acceptValueOnBlur
          splitChars={[]}
          error={error}
        />
      );
    case 'number':
      return (
        <TextInput
          aria-label="Value"
          inputMode="decimal"
          placeholder="10"
          value={text}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'range':
      return <RangeInput value={value} onChange={onChange} error={error} />;
    case 'date':
      return <DateInput text={text} onChange={onChange} error={error} />;
    case 'pattern':
    case 'version':
    case 'text':
      return (
        <TextInput
          aria-label="Value"
          placeholder={PLACEHOLDERS[wordsOf(condition.operator).kind] ?? ''}
          value={text}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

const PLACEHOLDERS: Record<string, string> = { pattern: '^beta-\\d+$', version: '1.2.3' };

type PartProps = {
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
};

function RangeInput({ value, onChange, error }: PartProps & { readonly value: unknown }) {
  const [min, max] = Array.isArray(value) ? value.map(textOf) : ['', ''];
  return (
    <div className={styles.range}>
      <TextInput
        aria-label="From"
        inputMode="decimal"
        value={min ?? ''}
        error={error}
        onChange={(event) => onChange([event.currentTarget.value, max ?? ''])}
      />
      <span>and</span>
      <TextInput
        aria-label="To"
        inputMode="decimal"
        value={max ?? ''}
        error={error !== undefined}
        onChange={(event) => onChange([min ?? '', event.currentTarget.value])}
      />
    </div>
  );
}

const DATE_UNITS = [
  { value: 'on', label: 'on a date' },
  { value: 'h', label: 'hours ago' },
  { value: 'd', label: 'days ago' },
  { value: 'w', label: 'weeks ago' },
  { value: 'm', label: 'months ago' },
  { value: 'y', label: 'years ago' },
];

/** Either a day, or so many units before now, as `-7d`. */
function DateInput({ text, onChange, error }: PartProps & { readonly text: string }) {
  const [, count, unit] = /^-?(\d+)([hdwmy])$/.exec(text) ?? [];
  const changeUnit = (next: string | null) => {
    if (next === 'on') onChange('');
    else onChange(`-${count ?? 7}${next ?? 'd'}`);
  };
  return (
    <div className={styles.date}>
      {unit ? (
        <NumberInput
          aria-label="How long ago"
          min={1}
          max={9999}
          allowDecimal={false}
          value={Number(count)}
          error={error}
          onChange={(next) => onChange(`-${next || 1}${unit}`)}
        />
      ) : (
        <TextInput
          aria-label="Date"
          type="date"
          value={text.slice(0, 10)}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      <Select
        aria-label="Kind of date"
        data={DATE_UNITS}
        value={unit ?? 'on'}
        onChange={changeUnit}
        allowDeselect={false}
      />
    </div>
  );
}
