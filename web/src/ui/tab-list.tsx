// The tabs of a page in one line, which is scrolled where it does not fit, to where the chosen one is.
import { Tabs } from '@mantine/core';
import { useEffect, useRef } from 'react';

type TabListProps = {
  readonly tabs: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: string;
};

/** For inside `Tabs`. */
export function TabList({ tabs, chosen }: TabListProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = frame.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (!frame.current || !tab) return;
    // Only the line itself: `scrollIntoView` would move the page, too.
    const middle = tab.offsetLeft + tab.offsetWidth / 2;
    frame.current.scrollLeft = middle - frame.current.clientWidth / 2;
  }, [chosen]);
  return (
    <div ref={frame} style={{ overflowX: 'auto' }}>
      {/* As wide as its tabs, so that its line goes below all of them. */}
      <Tabs.List style={{ flexWrap: 'nowrap', width: 'max-content', minWidth: '100%' }}>
        {tabs.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </div>
  );
}
