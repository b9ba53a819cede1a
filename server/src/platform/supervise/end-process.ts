// Ending a process in steps: asked first, insisted then, killed at last.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.ts';

export type Step = { readonly act: (pid: number) => void; readonly waitMs: number };

/** A step that sends a signal, also to a process that is held still (it could not act on it). */
export const signal = (name: NodeJS.Signals, waitMs: number): Step => ({
  act: (pid) => {
    try {
      process.kill(pid, name);
      process.kill(pid, 'SIGCONT');
    } catch {
      // It has just left.
    }
  },
  waitMs,
});

/** Takes one step after the other until the process is gone; false when it outlives them all. */
export async function endProcess(pid: number, steps: readonly Step[]): Promise<boolean> {
  for (const { act, waitMs } of steps) {
    if (!isAlive(pid)) return true;
    act(pid);
    const giveUpAt = performance.now() + waitMs;
    while (performance.now() < giveUpAt) {
      if (!isAlive(pid)) return true;
      await sleep(10);
    }
  }
  return !isAlive(pid);
}

/** The same for a child of this process. */
export async function endChild(child: ChildProcess, steps: readonly Step[]): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await endProcess(child.pid, steps);
}
