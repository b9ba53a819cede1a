// How a guardrail's difference and its evidence came about over the looks of the stage, as charts and as a table.
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { scaleName, historyCharts } from './guardrail-charts.ts';
import { HistoryChart } from '../charts/history-chart.tsx';
import type { Series } from '../api/rollouts.ts';
import { formatExact, formatNumber } from '../ui/format.ts';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { historyOf } from './looks.ts';
import { bandWords, type GuardrailLook, oddsWords } from './rollout-words.ts';
import styles from './rollout.module.css';

type GuardrailHistoryProps = {
  readonly guardrail: GuardrailLook;
  readonly series: UseQueryResult<Series, Error>;
};

/** The height of both charts, so that nothing jumps when they come. */
const HEIGHT = 346;

export function GuardrailHistory({ guardrail, series }: GuardrailHistoryProps) {
  return (
    <QueryView query={series} loading={<LoadingBlock height={HEIGHT} />}>
      {(data) => <Drawn guardrail={guardrail} series={data} />}
    </QueryView>
  );
}

type DrawnProps = { readonly guardrail: GuardrailLook; readonly series: Series };

/** Rows of the table at most: the looks are many, and alike. */
const TABLE_ROWS = 20;

function Drawn({ guardrail, series }: DrawnProps) {
  const [isTable, setTable] = useState(false);
  const history = historyOf(series, guardrail.id);
  if (history.length === 0) return null;
  const { atMs, difference, evidence } = historyCharts(guardrail, history);
  return (
    <>
      <figure className={styles.figure}>
        <figcaption>{scaleName(guardrail)}</figcaption>
        <HistoryChart atMs={atMs} {...difference} />
      </figure>
      <figure className={styles.figure}>
        <figcaption>Evidence towards each line, as odds</figcaption>
        <HistoryChart atMs={atMs} {...evidence} />
      </figure>
      <details className={styles.more} onToggle={(event) => setTable(event.currentTarget.open)}>
        <summary>As a table</summary>
        {isTable && <HistoryTable history={history} difference={difference} />}
      </details>
    </>
  );
}

type HistoryTableProps = {
  readonly history: ReturnType<typeof historyOf>;
  readonly difference: ReturnType<typeof historyCharts>['difference'];
};

function HistoryTable({ history, difference }: HistoryTableProps) {
  const every = Math.ceil(history.length / TABLE_ROWS);
  const last = history.length - 1;
  const rows = history
    .map((one, step) => ({ ...one, step }))
    .filter(({ step }) => (last - step) % every === 0)
    .toReversed();
  return (
    <div className={styles.tableScroll}>
      <table className={styles.looks}>
        <thead>
          <tr>
            <th scope="col">Look</th>
            <th scope="col">With</th>
            <th scope="col">Without</th>
            <th scope="col">{difference.name}</th>
            <th scope="col">Harm</th>
            <th scope="col">Safe</th>
            <th scope="col">Band</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ look, found, step }) => (
            <tr key={look.id}>
              <th scope="row">{formatExact(Date.parse(look.at))}</th>
              <td>{formatNumber(look.people.treatment)}</td>
              <td>{formatNumber(look.people.control)}</td>
              <td>{difference.inWords(step)}</td>
              <td>{oddsWords(Math.max(0, found.harm))}</td>
              <td>{oddsWords(Math.max(0, found.safety))}</td>
              <td>{bandWords(found.band).label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
