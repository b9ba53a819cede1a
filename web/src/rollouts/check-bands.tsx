// What every guardrail measured in the last week, drawn on its bands.
import type { Check } from '../api/rollout-advice.ts';
import { formatNumber } from '../ui/format.ts';
import styles from './check-panel.module.css';
import { valueWords } from './guardrail-words.ts';

type Guardrail = Check['guardrails'][number];

export function CheckBands({ guardrails }: { guardrails: readonly Guardrail[] }) {
  return (
    <ul className={styles.bands} aria-label="Guardrails in the last seven days">
      {guardrails.map((guardrail) => (
        <Bands key={guardrail.id} guardrail={guardrail} />
      ))}
    </ul>
  );
}

function Bands({ guardrail }: { guardrail: Guardrail }) {
  const { id, value, unit, people, affected } = guardrail;
  const words =
    value === null
      ? 'nothing in seven days'
      : `${valueWords(unit, value)} (${formatNumber(affected)} of ${formatNumber(people)})`;
  return (
    <li className={styles.band}>
      <div className={styles.bandHead}>
        <span className={styles.bandName}>{id}</span>
        <span className={styles.quiet}>{words}</span>
      </div>
      {value !== null && <Scale guardrail={guardrail} value={value} />}
    </li>
  );
}

/** Room on the scale beyond the last line. */
const ROOM = 1.25;

/** From where on it is yellow and red: whichever line is met first. */
function linesOf(guardrail: Guardrail): { yellow: number; red: number } | null {
  const { absolute, direction, yellow_at: yellow, red_at: red } = guardrail;
  const nearer = (one: number | null, other: number | undefined): number | null => {
    if (one === null || other === undefined) return one ?? other ?? null;
    return direction === 'up' ? Math.min(one, other) : Math.max(one, other);
  };
  const [first, last] = [nearer(yellow, absolute?.yellow), nearer(red, absolute?.red)];
  return first === null || last === null ? null : { yellow: first, red: last };
}

function Scale({ guardrail, value }: { guardrail: Guardrail; value: number }) {
  const lines = linesOf(guardrail);
  if (lines === null) return null;
  const isUp = guardrail.direction === 'up';
  const most = Math.max(value, lines.yellow, lines.red, Number.MIN_VALUE) * ROOM;
  const at = (place: number) => `${Math.min(100, Math.max(0, (place / most) * 100))}%`;
  const words = [lines.yellow, lines.red].map((line) => valueWords(guardrail.unit, line));
  const side = isUp ? 'from' : 'below';
  return (
    <div
      className={styles.scale}
      role="img"
      aria-label={`Yellow ${side} ${words[0]}, red ${side} ${words[1]}`}
    >
      <span
        className={styles.zoneYellow}
        style={
          isUp
            ? { left: at(lines.yellow), right: `calc(100% - ${at(lines.red)})` }
            : { left: at(lines.red), right: `calc(100% - ${at(lines.yellow)})` }
        }
      />
      <span
        className={styles.zoneRed}
        style={
          isUp
            ? { left: at(lines.red), right: 0 }
            : { left: 0, right: `calc(100% - ${at(lines.red)})` }
        }
      />
      <span className={styles.marker} style={{ left: at(value) }} />
    </div>
  );
}
