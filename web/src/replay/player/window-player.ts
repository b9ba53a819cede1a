// Plays one recorded window. The one place that knows the Replayer: posthog-js's fork of rrweb, of the very version
// whose recorder we serve. Node ids of windows collide, so each window has a Replayer of its own.
import { Replayer, ReplayerEvents } from 'posthog-js/rrweb';
import { type RrwebEvent, TYPE } from '../recording/rrweb-event.ts';
import { CanvasPictures } from './canvas.ts';

/** The Replayer applies what lies strictly before a moment; half a millisecond includes the moment itself. */
const INCLUSIVE_MS = 0.5;
/** Without an event so far away the Replayer would stop at its last one, and not go on when more come. */
const SENTINEL_MS = 30 * 86_400_000;
/** Longest stretch of work while it seeks, so that the page stays responsive. */
const SEEK_WORK_MS = 40;

export type Size = { readonly width: number; readonly height: number };

type Options = {
  readonly root: HTMLElement;
  /** At least one full snapshot. */
  readonly events: readonly RrwebEvent[];
  readonly speed: number;
  readonly onSize: (size: Size) => void;
  /** What was asked for is on the screen. */
  readonly onShown: () => void;
};

/** Engine-independent face of a player of one window. */
export class WindowPlayer {
  readonly #replayer: Replayer;
  readonly #pictures = new CanvasPictures();
  readonly #firstMs: number;
  readonly #firstFullMs: number;
  /** The Replayer has been given events, and takes them in the microtasks to come. */
  #isTaking = false;
  /** What it was asked for meanwhile. */
  #asked: (() => void) | undefined;

  constructor({ root, events, speed, onSize, onShown }: Options) {
    const playable = fromFirstFull(events);
    this.#firstMs = playable[0]?.timestamp ?? 0;
    this.#firstFullMs = playable.find(({ type }) => type === TYPE.full)?.timestamp ?? 0;
    this.#replayer = new Replayer([...playable, sentinel(this.#firstMs)] as never, {
      root,
      speed,
      // Never UNSAFE_replayCanvas: it lets scripts of the recording run.
      UNSAFE_replayCanvas: false,
      triggerFocus: false,
      showWarning: false,
      mouseTail: false,
      skipInactive: false,
      blockClass: 'ph-no-capture',
      insertStyleRules: ['canvas{display:inline-block}'],
      seekYieldBudgetMs: SEEK_WORK_MS,
      plugins: [this.#pictures.plugin],
    });
    this.#replayer.iframe.tabIndex = -1;
    this.#replayer.iframe.title = 'Recorded page';
    this.#replayer.on(ReplayerEvents.Resize, (size) => onSize(size as Size));
    this.#replayer.on(ReplayerEvents.PlayBack, () => this.#pictures.clear());
    this.#replayer.on(ReplayerEvents.Flush, () => {
      this.#pictures.restore();
      onShown();
    });
  }

  get element(): HTMLElement {
    return this.#replayer.wrapper;
  }

  /** More events, later than those it has. */
  extend(events: readonly RrwebEvent[]): void {
    for (const event of events) this.#replayer.addEvent(event as never);
    this.#isTaking = true;
    queueMicrotask(() => {
      this.#isTaking = false;
      const asked = this.#asked;
      this.#asked = undefined;
      asked?.();
    });
  }

  play(atMs: number): void {
    this.#onceTaken(() => this.#replayer.play(this.#offset(atMs)));
  }

  /** Shows a moment and stays there. */
  show(atMs: number): void {
    this.#onceTaken(() => this.#replayer.pause(this.#offset(atMs)));
  }

  pause(): void {
    this.#onceTaken(() => this.#replayer.pause());
  }

  /** An event that the Replayer takes when it is already past its moment is never drawn: the moment has to wait for it. */
  #onceTaken(act: () => void): void {
    if (this.#isTaking) this.#asked = act;
    else act();
  }

  setSpeed(speed: number): void {
    this.#replayer.setConfig({ speed });
  }

  destroy(): void {
    this.#asked = undefined;
    this.#pictures.clear();
    this.#replayer.destroy();
    this.#replayer.wrapper.remove();
  }

  #offset(atMs: number): number {
    return Math.max(atMs, this.#firstFullMs) - this.#firstMs + INCLUSIVE_MS;
  }
}

/** What comes before the size of the first snapshot cannot be shown. */
function fromFirstFull(events: readonly RrwebEvent[]): readonly RrwebEvent[] {
  const full = events.findIndex(({ type }) => type === TYPE.full);
  return events.slice(Math.max(0, full - 1));
}

const sentinel = (firstMs: number): RrwebEvent => ({
  type: TYPE.custom,
  timestamp: firstMs + SENTINEL_MS,
  data: { tag: 'serin-end', payload: {} },
});
