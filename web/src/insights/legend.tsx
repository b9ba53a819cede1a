// Which lines there are: each can be put away and brought back.
import { Button, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { colorOf } from '../charts/palette.ts';
import { plural } from '../ui/format.ts';
import styles from './explorer.module.css';
import type { Line } from './trend-lines.ts';

type LegendProps = {
  readonly lines: readonly Pick<Line, 'group' | 'name' | 'color' | 'isPrevious'>[];
  readonly shown: ReadonlySet<string>;
  readonly onToggle: (groups: readonly string[], isShown: boolean) => void;
};

/** More would push the chart away. */
const MAX_LISTED = 16;

export function Legend({ lines, shown, onToggle }: LegendProps) {
  const [isLong, setLong] = useState(false);
  // Of a line and the one of before, the first.
  const entries = [...new Map(lines.toReversed().map((line) => [line.group, line])).values()];
  entries.reverse();
  if (entries.length < 2 && !lines.some(({ isPrevious }) => isPrevious)) return null;
  const listed = isLong ? entries : entries.slice(0, MAX_LISTED);
  const groups = entries.map(({ group }) => group);
  const isAll = shown.size === entries.length;
  return (
    <div className={styles.legend} role="group" aria-label="Lines">
      {listed.map(({ group, name, color }) => (
        <UnstyledButton
          key={group}
          className={styles.legendItem}
          aria-pressed={shown.has(group)}
          title={name}
          onClick={(event) =>
            event.altKey ? onlyThis(groups, group, onToggle) : onToggle([group], !shown.has(group))
          }
        >
          <span className={`${styles.swatch} ${colorOf(color)}`} aria-hidden />
          <span className={styles.legendName}>{name}</span>
        </UnstyledButton>
      ))}
      {entries.length > MAX_LISTED && (
        <Button variant="subtle" size="compact-xs" onClick={() => setLong(!isLong)}>
          {isLong ? 'Fewer' : `${plural(entries.length - MAX_LISTED, 'more line')}`}
        </Button>
      )}
      {entries.length > 2 && (
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => (isAll ? onToggle(groups.slice(1), false) : onToggle(groups, true))}
        >
          {isAll ? 'Only the first' : `Show all ${entries.length}`}
        </Button>
      )}
    </div>
  );
}

function onlyThis(
  groups: readonly string[],
  group: string,
  onToggle: LegendProps['onToggle'],
): void {
  onToggle(groups, false);
  onToggle([group], true);
}
