// Which lines are shown, as far as somebody has chosen.
import { useState } from 'react';
import { type Line, shownGroups } from './trend-lines.ts';

export function useShown(lines: readonly Pick<Line, 'group'>[]) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const shown = shownGroups(lines, chosen);
  const toggle = (groups: readonly string[], isShown: boolean) =>
    setChosen((current) => new Map([...current, ...groups.map((one) => [one, isShown] as const)]));
  return { shown, toggle };
}
