// Keys of the player: space, arrows, J and L, N and P, F. They act wherever the focus is, but where somebody types.
import { useEffect, useEffectEvent } from 'react';

export type KeyActions = Readonly<Record<string, () => void>>;

/** Fields take letters and arrows; buttons take the space; a list is moved through by arrows. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return true;
  const isPress = event.key === ' ' && target.closest('button, a, summary, [role="tab"]') !== null;
  const moves = event.key.startsWith('Arrow');
  return (
    isPress || (moves && target.closest('[role="tab"], [role="menu"], [data-arrows]') !== null)
  );
}

export function useKeyboard(actions: KeyActions): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action || isTaken(event)) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
