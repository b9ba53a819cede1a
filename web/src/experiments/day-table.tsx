// The numbers behind a chart over days, for whoever does not see it or wants them exactly.
import { longName } from '../charts/time-axis.ts';
import { VariantTable } from './variant-table.tsx';

type DayTableProps = {
  readonly summary: string;
  readonly label: string;
  readonly days: readonly string[];
  readonly keys: readonly string[];
  readonly textAt: (step: number, key: string) => string;
};

export function DayTable({ summary, label, days, keys, textAt }: DayTableProps) {
  return (
    <details>
      <summary>{summary}</summary>
      <VariantTable region={label} label={label} first="Day" keys={keys}>
        {days.map((day, step) => (
          <tr key={day}>
            <th scope="row">{longName(day, 'day')}</th>
            {keys.map((key) => (
              <td key={key}>{textAt(step, key)}</td>
            ))}
          </tr>
        ))}
      </VariantTable>
    </details>
  );
}
