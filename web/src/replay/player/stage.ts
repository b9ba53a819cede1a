// Where windows are shown: at most two at once, one of them in view, scaled to the room there is.
import type { Chunk } from '../recording/chunk.ts';
import type { RrwebEvent } from '../recording/rrweb-event.ts';
import { type Size, WindowPlayer } from './window-player.ts';

const MAX_PLAYERS = 2;

type Shown = {
  readonly player: WindowPlayer;
  readonly root: HTMLElement;
  /** Ids of chunks it was given. */
  readonly fed: Set<string>;
  /** Up to when it was given events. */
  untilMs: number;
  size: Size;
};

type StageOptions = {
  readonly room: HTMLElement;
  readonly eventsOf: (chunkId: string) => readonly RrwebEvent[] | undefined;
  readonly onChange: () => void;
};

export class Stage {
  readonly #options: StageOptions;
  /** By window, the one in view last. */
  readonly #shown = new Map<string, Shown>();
  #current: Shown | undefined;
  #speed = 1;

  constructor(options: StageOptions) {
    this.#options = options;
    new ResizeObserver(() => this.#fit()).observe(options.room);
  }

  get size(): Size {
    return this.#current?.size ?? { width: 0, height: 0 };
  }

  isUsing(chunkId: string): boolean {
    return [...this.#shown.values()].some(({ fed }) => fed.has(chunkId));
  }

  /**
   * Brings a window into view at a moment.
   * @param chain - What must have been given to its player; all of it is there.
   */
  show(windowId: string, chain: readonly Chunk[], atMs: number, isPlaying: boolean): void {
    const shown = this.#playerFor(windowId, chain);
    for (const other of this.#shown.values()) {
      if (other === shown) continue;
      other.player.pause();
      other.root.hidden = true;
    }
    if (shown) {
      shown.root.hidden = false;
      if (isPlaying) shown.player.play(atMs);
      else shown.player.show(atMs);
    }
    this.#current = shown;
    this.#fit();
  }

  pause(): void {
    this.#current?.player.pause();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    for (const { player } of this.#shown.values()) player.setSpeed(speed);
  }

  /**
   * Gives players what follows on what they have.
   * @param chunks - Of one window, by time.
   * @param atMs - The present moment.
   */
  extend(windowId: string, chunks: readonly Chunk[], atMs: number): void {
    const shown = this.#shown.get(windowId);
    if (!shown) return;
    const last = chunks.findLastIndex(({ id }) => shown.fed.has(id));
    for (const { id, firstMs, lastMs } of chunks.slice(last + 1)) {
      const events = this.#options.eventsOf(id);
      // What belongs between things that were drawn already is drawn by a new player.
      const isTooLate = firstMs <= atMs && firstMs <= shown.untilMs;
      if (!events || isTooLate) return;
      shown.fed.add(id);
      shown.untilMs = Math.max(shown.untilMs, lastMs);
      shown.player.extend(events);
    }
  }

  #playerFor(windowId: string, chain: readonly Chunk[]): Shown | undefined {
    const existing = this.#shown.get(windowId);
    if (chain.length === 0) return undefined;
    this.#shown.delete(windowId);
    const isFed = existing && chain.every(({ id }) => existing.fed.has(id));
    if (!isFed) close(existing);
    const shown = isFed ? existing : this.#open(chain);
    this.#shown.set(windowId, shown);
    for (const [id, oldest] of this.#shown) {
      if (this.#shown.size <= MAX_PLAYERS) break;
      close(oldest);
      this.#shown.delete(id);
    }
    return shown;
  }

  #open(chain: readonly Chunk[]): Shown {
    const root = document.createElement('div');
    root.className = 'window';
    this.#options.room.append(root);
    const shown: Shown = {
      root,
      fed: new Set(chain.map(({ id }) => id)),
      untilMs: Math.max(...chain.map(({ lastMs }) => lastMs)),
      size: { width: 0, height: 0 },
      player: new WindowPlayer({
        root,
        events: chain.flatMap(({ id }) => this.#options.eventsOf(id) ?? []),
        speed: this.#speed,
        onSize: (size) => {
          shown.size = size;
          this.#fit();
          this.#options.onChange();
        },
        onShown: this.#options.onChange,
      }),
    };
    return shown;
  }

  #fit(): void {
    const shown = this.#current;
    if (!shown || shown.size.width === 0) return;
    const { clientWidth, clientHeight } = this.#options.room;
    const { width, height } = shown.size;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const left = (clientWidth - width * scale) / 2;
    const top = (clientHeight - height * scale) / 2;
    shown.player.element.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}

function close(shown: Shown | undefined): void {
  shown?.player.destroy();
  shown?.root.remove();
}
