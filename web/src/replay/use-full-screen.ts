// The player over the whole screen. The page as a whole is put there and the player laid over it, so that menus and
// messages stay to be seen; where a browser cannot do that (phones of Apple), it fills the window.
import { useEffect, useEffectEvent, useState } from 'react';

/** Whether it is so, and what turns it. */
export function useFullScreen(): readonly [boolean, () => void] {
  const [isFull, setFull] = useState(false);
  const leave = useEffectEvent(() => setFull(false));
  useEffect(() => {
    if (!isFull) return undefined;
    const root = document.documentElement;
    if (document.fullscreenEnabled) root.requestFullscreen().catch(() => {});
    const onChange = () => {
      if (!document.fullscreenElement) leave();
    };
    const onKey = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === 'Escape' && !defaultPrevented && !document.fullscreenElement) leave();
    };
    document.addEventListener('fullscreenchange', onChange);
    window.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('fullscreenchange', onChange);
      window.removeEventListener('keydown', onKey);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, [isFull]);
  return [isFull, () => setFull((now) => !now)];
}
