// The input that fits a comparison: tags, text, number, range, date, version or pattern.
import { Autocomplete, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type ConditionDraft, textOf } from './condition-draft.ts';
import type { ValuePartProps } from './condition-part.ts';
import { DateInput } from './date-input.tsx';
import { useKnownValues } from './known-values.ts';
import { wordsOf } from './operators.ts';
import { PatternInput } from './pattern-input.tsx';
import styles from './targeting.module.css';

type ValueInputProps = {
  readonly condition: ConditionDraft;
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
};

export function ValueInput(props: ValueInputProps) {
  const { condition, onChange, error } = props;
  const part = { text: textOf(condition.value), onChange, error };
  switch (wordsOf(condition.operator).kind) {
    case 'none':
    case 'other':
      return <span />;
    case 'texts':
      return <ListInput {...props} />;
    case 'text':
      return <KnownTextInput {...props} />;
    case 'number':
      return <PlainInput {...part} placeholder="10" inputMode="decimal" />;
    case 'version':
      return <PlainInput {...part} placeholder="1.2.3" />;
    case 'range':
      return <RangeInput value={condition.value} onChange={onChange} error={error} />;
    case 'date':
      return <DateInput {...part} />;
    case 'pattern':
      return <PatternInput {...part} />;
  }
}

function ListInput({ condition, onChange, error }: ValueInputProps) {
  const [typed, setTyped] = useState('');
  const { values, onFocus } = useKnownValues(condition, typed);
  const list = Array.isArray(condition.value) ? condition.value.map(textOf) : [];
  return (
    <TagsInput
      aria-label="Values"
      placeholder={list.length > 0 ? '' : 'Type a value, press Enter'}
      data={values}
      value={list}
      searchValue={typed}
      onSearchChange={setTyped}
      onFocus={onFocus}
      onChange={onChange}
      acceptValueOnBlur
      splitChars={[]}
      maxDropdownHeight={260}
      error={error}
    />
  );
}

function KnownTextInput({ condition, onChange, error }: ValueInputProps) {
  const text = textOf(condition.value);
  const { values, onFocus } = useKnownValues(condition, text);
  return (
    <Autocomplete
      aria-label="Value"
      data={values}
      value={text}
      error={error}
      maxDropdownHeight={260}
      onFocus={onFocus}
      onChange={onChange}
    />
  );
}

type PlainInputProps = ValuePartProps & {
  readonly placeholder: string;
  readonly inputMode?: 'decimal' | 'text';
};

function PlainInput({ text, onChange, error, placeholder, inputMode = 'text' }: PlainInputProps) {
  return (
    <TextInput
      aria-label="Value"
      inputMode={inputMode}
      placeholder={placeholder}
      value={text}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

type RangeInputProps = Pick<ValueInputProps, 'onChange' | 'error'> & { readonly value: unknown };

function RangeInput({ value, onChange, error }: RangeInputProps) {
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
