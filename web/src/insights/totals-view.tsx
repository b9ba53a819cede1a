// Totals of a whole range: one number, bars, or a table.
import { colorOf } from '../charts/palette.ts';
import { Section } from '../ui/page.tsx';
import { Pressable } from '../ui/pressable.tsx';
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
  /** Undefined where nobody is to be looked at. */
  readonly onPick: Pick | undefined;
};

type Pick = (line: Line, step: number | null) => void;

/** Shows the people behind a total, where there are some. */
function pressOf(line: Line, onPick: Pick | undefined): (() => void) | undefined {
  return onPick && line.behind && line.total ? () => onPick(line, null) : undefined;
}

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
  readonly onPick: Pick | undefined;
};

function BigNumber({ line, before, onPick }: BigNumberProps) {
  const change = before === undefined ? undefined : changeWords(line.total, before);
  return (
    <div className={styles.bigNumber}>
      <span className={styles.dim}>{line.name}</span>
      <Pressable className={styles.bigValue} onPress={pressOf(line, onPick)}>
        {formatValue(line.total)}
      </Pressable>
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
  readonly onPick: Pick | undefined;
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
          <Pressable
            className={styles.valueTrack}
            label={`${line.name}: ${formatValue(line.total)}`}
            onPress={pressOf(line, onPick)}
          >
            <span
              className={`${styles.valueBar} ${colorOf(line.color)}`}
              style={{ width: `calc((100% - 80px) * ${Math.abs(line.total ?? 0) / most})` }}
            />
            <span className={styles.valueNumber}>{formatValue(line.total)}</span>
          </Pressable>
        </li>
      ))}
    </ul>
  );
}
