// Runs the steps of `verify` and `test`: programs by name, timed, their output shown whole, never
// stopped by the failure of another.
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { root } from './root.ts';

export type Step = {
  readonly name: string;
  /** Program and arguments; `node` is the pinned one. */
  readonly run: readonly [string, ...string[]];
  /** Folder below the root, the root unless said. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type StepResult = {
  readonly name: string;
  readonly isOk: boolean;
  readonly tookMs: number;
  /** Standard output and error as they came. */
  readonly output: string;
};

/** The running step's process, so that a signal can be passed on to it. */
const running = new Set<ReturnType<typeof spawn>>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 130;
    isStopping = true;
  });
}
let isStopping = false;

/** Runs one step; with `live` its output is also shown while it comes. */
export async function runStep(step: Step, live: boolean): Promise<StepResult> {
  const startedAt = performance.now();
  const [command, ...args] = step.run;
  const child = spawn(command === 'node' ? process.execPath : command, args, {
    cwd: step.folder === undefined ? root : `${root}/${step.folder}`,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...process.env, ...step.env },
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (live) process.stdout.write(text);
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(1);
    });
    child.once('close', resolve);
  });
  running.delete(child);
  return { name: step.name, isOk: code === 0, tookMs: performance.now() - startedAt, output };
}

/** Runs steps, `width` at a time, and prints one line for each, and the output of those that failed. */
export async function runQuietly(steps: readonly Step[], width: number): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step && !isStopping; step = waiting.shift()) {
      const result = await runStep(step, false);
      results.push(result);
      console.log(resultLine(result));
      if (!result.isOk) console.log(`${result.output.trimEnd()}\n`);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/**
 * Runs groups of steps one after the other, the steps of a group at once. The first of a group shows its output
 * live under its heading, each other one when it has ended.
 */
export async function runAloud(groups: readonly (readonly Step[])[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const heading = ({ name }: Step) => console.log(`\n=== ${name} ===`);
  for (const [first, ...beside] of groups) {
    if (isStopping || !first) break;
    heading(first);
    const others = beside.map((step) => runStep(step, false));
    results.push(await runStep(first, true));
    for (const [i, step] of beside.entries()) {
      const result = await others[i];
      if (!result) continue;
      heading(step);
      process.stdout.write(result.output);
      results.push(result);
    }
  }
  return results;
}

/** `ok    lint   2.1 s` */
export function resultLine({ name, isOk, tookMs }: StepResult): string {
  return `${isOk ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${(tookMs / 1000).toFixed(1).padStart(6)} s`;
}

/** Closing lines of test runners: vitest's, and those that say `N passed, N failed`. */
const CLOSING = /^\s*(Test Files|Tests|Errors)\s+\d.*$|^.*\b\d+ passed, \d+ failed\b.*$/gm;

/**
 * What vitest heads each failure with, and the first line of what went wrong; errors of no test too, which fail a
 * run although every test has passed, and the file they came from.
 */
const FAILURE =
  /^ *FAIL .*$\n^.*$|^⎯+ *Unhandled (?!Errors).*$\n^.*$|^This error originated in .*?file\b|^The last test to run .*?"\./gm;
const SHOWN_FAILURES = 10;

/** Which tests failed and why; for those who see only the end of what is printed. */
export function failureLines({ output }: StepResult): readonly string[] {
  const plain = stripVTControlCharacters(output);
  // What failed in another way than these says why in its last words.
  const failures = plain.match(FAILURE) ?? plain.trimEnd().split('\n').slice(-SHOWN_FAILURES);
  return [...new Set(failures)].slice(0, SHOWN_FAILURES);
}

/** Which tests passed only when they were tried again (see `retried-tests.ts`). */
export function retriedLines({ output }: StepResult): readonly string[] {
  return stripVTControlCharacters(output).match(/^RETRIED .*$/gm) ?? [];
}

/** The runner's last words about how many tests passed, on one line; empty when it said nothing. */
export function closingLine({ output }: StepResult): string {
  const lines = stripVTControlCharacters(output).match(CLOSING) ?? [];
  return lines
    .slice(-3)
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .join(' · ');
}
