// A long list of rows of one height, of which only those in sight are in the page.
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import styles from './replay.module.css';

/** Drawn beyond each edge, so that fast scrolling shows no gap. */
const SPARE_ROWS = 8;

/** What people scroll with, as opposed to what keeps a row in sight. */
const BY_HAND = ['wheel', 'touchmove', 'keydown'] as const;

type VirtualListProps<Item> = {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** Of a row, in pixels. */
  readonly rowHeight: number;
  readonly row: (item: Item, index: number) => ReactNode;
  /** Row to keep in sight; -1 for none. */
  readonly followIndex: number;
  /** Somebody scrolls by hand. */
  readonly onScrolled: () => void;
};

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, keyOf, rowHeight, row, followIndex, onScrolled } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const tellScrolled = useEffectEvent(onScrolled);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    const scrolled = () => tellScrolled();
    for (const event of BY_HAND) element.addEventListener(event, scrolled, { passive: true });
    return () => {
      observer.disconnect();
      for (const event of BY_HAND) element.removeEventListener(event, scrolled);
    };
  }, []);
  useEffect(() => {
    const element = frame.current;
    if (!element || followIndex < 0) return;
    const at = followIndex * rowHeight;
    const isInSight =
      at >= element.scrollTop && at + rowHeight <= element.scrollTop + element.clientHeight;
    if (!isInSight) element.scrollTop = at - element.clientHeight / 2;
  }, [followIndex, rowHeight]);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  const count = Math.ceil(height / rowHeight) + 2 * SPARE_ROWS;
  return (
    <div
      ref={frame}
      className={styles.scroll}
      tabIndex={0}
      role="group"
      aria-label={label}
      data-arrows
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ul className={styles.rows} style={{ height: items.length * rowHeight }}>
        {items.slice(first, first + count).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ height: rowHeight, transform: `translateY(${(first + index) * rowHeight}px)` }}
          >
            {row(item, first + index)}
          </li>
        ))}
      </ul>
    </div>
  );
}
