// Frames in runs of those of the app and those of others, as they are shown.
import type { StackFrame } from '../api/errors.ts';

export type FrameRun = {
  readonly isInApp: boolean;
  /** Of its first frame; 0 is where it was thrown. */
  readonly start: number;
  readonly frames: readonly StackFrame[];
};

/** Where no frame says that it is of the app, all are shown as if they were. */
export function runsOf(frames: readonly StackFrame[]): readonly FrameRun[] {
  const isKnown = frames.some(({ in_app: isInApp }) => isInApp);
  const runs: { isInApp: boolean; start: number; frames: StackFrame[] }[] = [];
  for (const [start, frame] of frames.entries()) {
    const isInApp = !isKnown || frame.in_app;
    const last = runs.at(-1);
    if (last?.isInApp === isInApp) last.frames.push(frame);
    else runs.push({ isInApp, start, frames: [frame] });
  }
  return runs;
}
