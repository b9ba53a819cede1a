// The series of a trend, how each is measured, and a formula over them.
import { Button, Select, TextInput } from '@mantine/core';
import { IconMathFunction } from '@tabler/icons-react';
import { useState } from 'react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import type { EditorProps } from './editor.ts';
import styles from './explorer.module.css';
import { isOfProperty, mathChoice, mathChoices, measuredBy } from './maths.ts';
import { PropertySelect } from './property-select.tsx';
import type { TrendsQuery, TrendsSeries } from './query.ts';
import { SeriesEditor } from './series-editor.tsx';
import { useTyped } from './use-typed.ts';

const MAX_SERIES = 26;
/** A, B, C… as formulas call the series. */
const letterOf = (place: number): string => String.fromCharCode(65 + place);

export function TrendsEditor({ query, onChange }: EditorProps<TrendsQuery>) {
  return (
    <>
      <SeriesEditor<TrendsSeries>
        series={query.series}
        markOf={letterOf}
        noun="series"
        min={1}
        max={MAX_SERIES}
        rest={(one, place, change) => <Measure one={one} place={place} onChange={change} />}
        onChange={(series) => onChange({ ...query, series })}
      />
      <Formula query={query} onChange={onChange} />
    </>
  );
}

type MeasureProps = {
  readonly one: TrendsSeries;
  readonly place: number;
  readonly onChange: (next: TrendsSeries) => void;
};

function Measure({ one, place, onChange }: MeasureProps) {
  const choice = mathChoice(one);
  const { groupTypes = [] } = useNames();
  const error = useFieldError(`series.${place}.math`);
  return (
    <>
      <Select
        aria-label={`Measure of series ${letterOf(place)}`}
        data={mathChoices(choice, groupTypes)}
        value={choice}
        error={error}
        allowDeselect={false}
        maxDropdownHeight={380}
        className={styles.math ?? ''}
        comboboxProps={{ width: 240, position: 'bottom-start' }}
        onChange={(next) => next && onChange(measuredBy(one, next))}
      />
      {isOfProperty(one.math) && (
        <PropertySelect
          event={one.event ?? null}
          property={one.math_property ?? null}
          attr={`series.${place}.math_property`}
          className={styles.math}
          onChange={(property) => onChange({ ...one, math_property: property })}
        />
      )}
    </>
  );
}

function Formula({ query, onChange }: EditorProps<TrendsQuery>) {
  const { formula, formulas, formulaNodes } = query.trendsFilter ?? {};
  const stored = formulaNodes?.[0]?.formula ?? formulas?.[0] ?? formula ?? '';
  const attr = formulaNodes?.length ? 'formulaNodes' : formulas?.length ? 'formulas' : 'formula';
  const error = useFieldError(`trendsFilter.${attr}`);
  const [isWanted, setWanted] = useState(false);
  const [text, setText] = useTyped(stored);
  const send = () => {
    const next = text.trim();
    if (next === stored) return;
    const { formula: _, formulas: __, formulaNodes: ___, ...rest } = query.trendsFilter ?? {};
    onChange({ ...query, trendsFilter: next === '' ? rest : { ...rest, formula: next } });
  };
  if (stored === '' && !isWanted) {
    return (
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconMathFunction size={14} />}
          onClick={() => setWanted(true)}
        >
          Add formula
        </Button>
      </div>
    );
  }
  return (
    <TextInput
      aria-label="Formula"
      placeholder="A / B * 100"
      description="Letters are the series. Enter asks; empty removes it."
      value={text}
      error={error}
      maw={320}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={send}
      onKeyDown={(event) => event.key === 'Enter' && send()}
    />
  );
}
