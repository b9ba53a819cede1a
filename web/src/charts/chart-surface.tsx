// What lies over a chart and listens: the pointer, and the arrow keys for those who use none.
import type { KeyboardEvent, MouseEvent } from 'react';
import styles from './time-chart.module.css';

type ChartSurfaceProps = {
  /** In pixels. */
  readonly height: number;
  readonly steps: number;
  /** The step that is looked at. */
  readonly at: number | null;
  /** The step at so many pixels from the left. */
  readonly stepAt: (pixels: number) => number;
  readonly onMove: (step: number | null) => void;
  /** `pixels` from the top; null when it was no pointer. */
  readonly onPick?: ((step: number, pixels: number | null) => void) | undefined;
};

export function ChartSurface({ height, steps, at, stepAt, onMove, onPick }: ChartSurfaceProps) {
  const placeOf = ({ clientX, clientY, currentTarget }: MouseEvent<HTMLElement>) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    return { step: stepAt(clientX - left), pixels: clientY - top };
  };
  const walk = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || steps === 0) return;
    event.preventDefault();
    onMove(Math.min(steps - 1, Math.max(0, (at ?? steps) + by)));
  };
  return (
    <button
      type="button"
      className={styles.surface}
      style={{ height }}
      data-pick={onPick ? true : undefined}
      aria-label={`Values by interval, with the arrow keys${onPick ? '; Enter shows the people' : ''}`}
      onMouseMove={(event) => onMove(placeOf(event).step)}
      onMouseLeave={() => onMove(null)}
      onBlur={() => onMove(null)}
      onKeyDown={walk}
      onClick={(event) => {
        // A press of Enter has no place.
        if (event.detail === 0) return at === null ? undefined : onPick?.(at, null);
        const { step, pixels } = placeOf(event);
        onPick?.(step, pixels);
      }}
    />
  );
}
