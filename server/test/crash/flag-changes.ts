// Somebody who keeps changing a flag, and remembers what was saved for certain.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Flag } from '../../../sdk-compat/management.ts';
import { changeFlag } from '../../../sdk-compat/management.ts';

const PAUSE_MS = 20;

export class FlagChanges {
  readonly #flag: Flag;
  /** The last percentage whose change was answered with 200. */
  saved = 0;
  /** The one that was asked for last; saved as well, or not, when its answer never came. */
  asked = 0;

  constructor(flag: Flag) {
    this.#flag = flag;
  }

  /** Raises the percentage by a hundredth at a time until `isOver`. */
  async run(serin: Address, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      // What was asked for last may have been saved without an answer; go on from there.
      this.asked = Number((this.asked + 0.01).toFixed(2));
      const groups = [{ properties: [], rollout_percentage: this.asked }];
      try {
        await changeFlag(serin, this.#flag, { filters: { groups } });
        this.saved = this.asked;
      } catch {
        return;
      }
      await sleep(PAUSE_MS);
    }
  }
}
