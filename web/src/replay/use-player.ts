// Parts of what the player tells, for components: each is drawn again only when its part changes.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { PlayState } from './player/protocol.ts';
import type { PlayerLink, Told } from './player-link.ts';

export const PlayerContext = createContext<PlayerLink | null>(null);

export function usePlayer(): PlayerLink {
  const link = useContext(PlayerContext);
  if (!link) throw new Error('There is no player around this component.');
  return link;
}

/** @param select - Must return something that can be compared, such as a number or a text. */
export function usePlayState<T extends string | number | boolean>(
  select: (state: PlayState) => T,
): T {
  const link = usePlayer();
  return useSyncExternalStore(link.subscribe, () => select(link.state()));
}

export function useTold(): Told {
  const link = usePlayer();
  return useSyncExternalStore(link.subscribe, link.told);
}

/** The end of what was recorded so far, in milliseconds since the epoch. */
export function useEndMs(): number {
  const link = usePlayer();
  return useSyncExternalStore(link.subscribe, () => link.endMs);
}
