// What was done to flags and rollouts, below the axis of a chart: a press tells what, by whom and why.
import { Popover, UnstyledButton } from '@mantine/core';
import { IconFlag, IconRoute } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { formatExact, plural } from '../ui/format.ts';
import type { Annotation } from './annotations.ts';
import styles from './chart-marks.module.css';

type ChartMarksProps = {
  readonly marks: ReadonlyMap<number, readonly Annotation[]>;
  readonly place: (step: number) => number;
  readonly nameOf: (step: number) => string;
};

/** Half the width of a mark in pixels. */
const HALF = 11;

export function ChartMarks({ marks, place, nameOf }: ChartMarksProps) {
  return [...marks].map(([step, of]) => (
    <Popover key={step} position="top" width={320} withArrow trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={styles.mark}
          data-tone={toneOf(of)}
          style={{ insetInlineStart: place(step) - HALF }}
          aria-label={`${plural(of.length, 'change')}, ${nameOf(step)}: ${of[0]?.flag} ${of[0]?.what}`}
        >
          {of.length > 1 ? of.length : <MarkIcon annotation={of[0]} />}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={styles.markList}>
        <ul>
          {of.map((one) => (
            <li key={one.id}>
              <MarkLink annotation={one} />
              <span>{one.what}</span>
              <span className={styles.dim}>
                {one.who} · {formatExact(Date.parse(one.at))}
              </span>
              {one.why && <span>{one.why}</span>}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  ));
}

/** The weightiest of those that share a place. */
function toneOf(of: readonly Annotation[]): string {
  const tones = of.map(({ tone }) => tone);
  return (
    (['harm', 'watch', 'safe', 'info'] as const).find((one) => tones.includes(one)) ?? 'neutral'
  );
}

function MarkIcon({ annotation }: { annotation: Annotation | undefined }) {
  const Icon = annotation?.to.kind === 'rollout' ? IconRoute : IconFlag;
  return <Icon size={13} aria-hidden />;
}

function MarkLink({ annotation: { to, flag } }: { annotation: Annotation }) {
  return to.kind === 'rollout' ? (
    <Link to="/rollouts/$rolloutId" params={{ rolloutId: to.id }}>
      {flag}
    </Link>
  ) : (
    <Link to="/feature-flags/$flagId" params={{ flagId: to.id }} search={{ tab: 'history' }}>
      {flag}
    </Link>
  );
}
