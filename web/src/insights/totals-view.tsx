// Totals of a whole range: one number, bars, or a table.
import { UnstyledButton } from '@mantine/core';
import { colorOf } from '../charts/palette.ts';
import { Section } from '../ui/page.tsx';
import { AnswerTable } from './answer-table.tsx';
import type { Display } from './displays.ts';
import styles from './explorer.module.css';
import { changeWords, formatValue } from './numbers.ts';
import type { Line } from './trend-lines.ts';
import { totalTable } from './trend-table.ts';

type TotalsViewProps = {
  readonly lines: readonly Line[];
  readonly display: Display;
  readonly title: string;
  readonly onPick: (line: Line, step: number | null) => void;
};

/** More bars or numbers are no chart; the table has all. */
const MAX_SHOWN = 30;

export function TotalsView({ lines, display, title, onPick }: TotalsViewProps) {
  const current = lines.filter(({ isPrevious }) => !isPrevious).slice(0, MAX_SHOWN);
  const before = new Map(
    lines.filter(({ isPrevious }) => isPrevious).map((line) => [line.group, line.total] as const),
  );
  return (
    <>
      {display === 'BoldNumber' && (
        <Section>
          <div className={styles.numbers}>
            {current.map((line) => (
              <BigNumber
                key={line.key}
                line={line}
                before={before.get(line.group)}
                onPick={onPick}
              />
            ))}
          </div>
        </Section>
      )}
      {display === 'ActionsBarValue' && (
        <Section>
          <ValueBars lines={current} onPick={onPick} />
        </Section>
      )}
      <AnswerTable title={title} {...totalTable(lines, onPick)} />
    </>
  );
}

type BigNumberProps = {
  readonly line: Line;
  /** Undefined without a comparison. */
  readonly before: number | null | undefined;
  readonly onPick: (line: Line, step: number | null) => void;
};

function BigNumber({ line, before, onPick }: BigNumberProps) {
  const change = before === undefined ? undefined : changeWords(line.total, before);
  return (
    <div className={styles.bigNumber}>
      <span className={styles.dim}>{line.name}</span>
      <UnstyledButton
        className={styles.bigValue}
        disabled={line.series === null || !line.total}
        onClick={() => onPick(line, null)}
      >
        {formatValue(line.total)}
      </UnstyledButton>
      {before !== undefined && (
        <span className={styles.dim}>
          {change ?? 'no change to tell'} from {formatValue(before)} before
        </span>
      )}
    </div>
  );
}

type ValueBarsProps = {
  readonly lines: readonly Line[];
  readonly onPick: (line: Line, step: number | null) => void;
};

function ValueBars({ lines, onPick }: ValueBarsProps) {
  const most = Math.max(1e-9, ...lines.map(({ total }) => Math.abs(total ?? 0)));
  return (
    <ul className={styles.valueBars} aria-label="Totals">
      {lines.map((line) => (
        <li key={line.key}>
          <span className={styles.valueName} title={line.name}>
            {line.name}
          </span>
          <UnstyledButton
            className={styles.valueTrack}
            disabled={line.series === null || !line.total}
            aria-label={`${line.name}: ${formatValue(line.total)}`}
            onClick={() => onPick(line, null)}
          >
            <span
              className={`${styles.valueBar} ${colorOf(line.color)}`}
              style={{ width: `calc((100% - 80px) * ${Math.abs(line.total ?? 0) / most})` }}
            />
            <span className={styles.valueNumber}>{formatValue(line.total)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
