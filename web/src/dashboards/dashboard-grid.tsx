// The grid of tiles: dragged by their handle, resized at their corner; the same by the keyboard in each tile's menu.
import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { type CSSProperties, type PointerEvent, type ReactNode, useState } from 'react';
import { COLUMNS, inOrder, moved, type Placed, resized } from 'serin/dashboards/grid';
import { IconGripVertical } from '@tabler/icons-react';
import styles from './dashboards.module.css';

/** As the style sheet has them, in pixels. */
const ROW = 28;
const GAP = 12;
const NARROW = '(max-width: 760px)';

type DashboardGridProps = {
  readonly places: readonly Placed[];
  /** Left out: nothing can be moved. */
  readonly onArrange?: ((places: readonly Placed[]) => void) | undefined;
  readonly tile: (id: number, handle: ReactNode) => ReactNode;
};

type Held = {
  readonly id: number;
  readonly kind: 'move' | 'resize';
  readonly fromX: number;
  readonly fromY: number;
  readonly arranged: readonly Placed[];
};

export function DashboardGrid({ places, onArrange, tile }: DashboardGridProps) {
  const { ref, width } = useElementSize();
  const isNarrow = useMediaQuery(NARROW) ?? false;
  const [held, setHeld] = useState<Held | null>(null);
  const shown = new Map((held?.arranged ?? places).map((place) => [place.id, place]));
  const steps = (event: PointerEvent, { fromX, fromY }: Held) => ({
    x: Math.round((event.clientX - fromX) / ((width + GAP) / COLUMNS)),
    y: Math.round((event.clientY - fromY) / (ROW + GAP)),
  });
  const drag = (event: PointerEvent) => {
    const start = held && places.find(({ id }) => id === held.id);
    if (!held || !start) return;
    const by = steps(event, held);
    const arranged =
      held.kind === 'move'
        ? moved(places, held.id, { x: start.x + by.x, y: start.y + by.y })
        : resized(places, held.id, { w: start.w + by.x, h: start.h + by.y });
    setHeld({ ...held, arranged });
  };
  const drop = () => {
    if (held) onArrange?.(held.arranged);
    setHeld(null);
  };
  const holder = (id: number, kind: Held['kind']) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      setHeld({ id, kind, fromX: event.clientX, fromY: event.clientY, arranged: places });
    },
    onPointerMove: drag,
    onPointerUp: drop,
    onPointerCancel: () => setHeld(null),
  });
  const canArrange = onArrange !== undefined && !isNarrow;
  return (
    <div className={styles.grid} ref={ref}>
      {/* In the order of before while something is held: a node that is moved in the document loses the pointer. */}
      {inOrder(places).map((place) => (
        <div
          key={place.id}
          className={styles.cell}
          style={styleOf(shown.get(place.id) ?? place, isNarrow)}
          data-moving={held?.id === place.id || undefined}
        >
          {tile(
            place.id,
            canArrange ? (
              <span className={styles.handle} aria-hidden {...holder(place.id, 'move')}>
                <IconGripVertical size={16} stroke={1.6} />
              </span>
            ) : null,
          )}
          {canArrange && (
            <span className={styles.corner} aria-hidden {...holder(place.id, 'resize')} />
          )}
        </div>
      ))}
    </div>
  );
}

const styleOf = ({ x, y, w, h }: Placed, isNarrow: boolean): CSSProperties =>
  isNarrow
    ? { minHeight: h * (ROW + GAP) - GAP }
    : { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
