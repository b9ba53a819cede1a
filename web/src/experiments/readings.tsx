// What other methods than the planned one make of a metric, asked for when somebody wants to know.
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Experiment, type ReadingsAnswer, readingsQuery } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { CsvButton } from '../insights/csv-button.tsx';
import { NumbersTable } from '../insights/answer-table.tsx';
import type { Table, TableRow } from '../insights/table.ts';
import { CopyField } from '../ui/copy.tsx';
import { formatShare } from '../ui/format.ts';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { chanceText, intervalText, liftText, numberText, pText } from './experiment-words.ts';
import styles from './results.module.css';

type ReadingsProps = {
  readonly experiment: Experiment;
  readonly scope: Scope;
  readonly uuid: string;
  /** Of the metric. */
  readonly name: string;
};

type Reading = ReadingsAnswer['readings'][number];

const NAMES: Readonly<Record<Reading['id'], string>> = {
  planned: 'As planned',
  adjusted: 'Adjusted for the 14 days before',
  not_adjusted: 'Not adjusted for what people did before',
  winsorized: 'Values above the 99th percentile drawn in',
  not_winsorized: 'No values drawn in',
  sequential: 'Right at every look',
  fixed: 'Right at one look, at the end',
  unstratified: 'All times together, whatever their shares',
};

export function Readings(props: ReadingsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section>
      <h3>Other methods</h3>
      <p className={styles.dim}>
        To see what a choice of method does, without the correction over several goals. What decides
        is the plan: whoever looks for the method that gives the wanted answer finds it too often.
      </p>
      {isOpen ? (
        <Asked {...props} />
      ) : (
        <Button variant="default" size="xs" mt={8} onClick={() => setOpen(true)}>
          Compare methods
        </Button>
      )}
    </section>
  );
}

function Asked({ experiment, scope, uuid, name }: ReadingsProps) {
  const readings = useQuery(readingsQuery(scope, experiment, uuid));
  return (
    <QueryView query={readings} loading={<LoadingBlock height={200} />}>
      {(answer) => {
        const title = `${name} by other methods`;
        const table = tableOf(answer.readings);
        return (
          <>
            <NumbersTable title={title} {...table} />
            <Group mt={12} gap="sm" wrap="wrap">
              <CsvButton title={title} table={table} />
              <CopyField text={JSON.stringify(answer)} what="readings as JSON" />
            </Group>
            {answer.took_ms !== null && (
              <p className={styles.dim}>Counted anew in {numberText(answer.took_ms)} ms.</p>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

const COLUMNS = [
  'Method',
  'Variant',
  'Change',
  'Interval',
  'Difference',
  'Standard error',
  'p',
  'Chance to win',
  'Noise taken away',
];

function tableOf(readings: readonly Reading[]): Table {
  return {
    columns: COLUMNS.map((name, index) => ({ name, isNumber: index > 1 && index !== 3 })),
    fixed: 2,
    rows: readings.flatMap(({ id, variant_results: variants }) =>
      variants.map((one): TableRow => ({
        key: `${id} ${one.key}`,
        cells: [
          { value: NAMES[id] },
          { value: one.key },
          { value: one.lift, shown: liftText(one.lift) },
          { value: intervalText(one.interval) },
          { value: one.difference, shown: numberText(one.difference) },
          { value: one.standard_error, shown: numberText(one.standard_error) },
          { value: one.p_value, shown: pText(one.p_value) },
          { value: one.chance_to_win, shown: chanceText(one.chance_to_win) },
          {
            value: one.variance_reduction,
            shown: one.variance_reduction === null ? '–' : formatShare(one.variance_reduction),
          },
        ],
      })),
    ),
  };
}
