// What the insights benchmark finds, told as soon as it is known: with many events it takes its time.
import type { Peak } from '../process-family.ts';
import type { LoopDelay } from './loop-delay.ts';

/** Milliseconds. */
export type Quiet = { readonly name: string; readonly ours: number; readonly byHand: number };
export type Busy = { readonly name: string; readonly p50: number; readonly p95: number };

/** Events a second. */
type Rates = { readonly accepted: number; readonly stored: number };

/** What happened while questions were asked and as many events came in as the server takes. */
export type Rush = {
  readonly alone: Rates;
  readonly beside: Rates;
  readonly answered: number;
  /** Questions that took longer than they may. */
  readonly refused: number;
  readonly loopDelay: LoopDelay;
};

const ms = (value: number) => value.toFixed(0).padStart(8);

export function tellStore(events: number, bytes: number, seconds: number): void {
  console.log(
    `${events.toLocaleString('en')} events, ${bytes.toFixed(0)} bytes each on disk, made in ${seconds.toFixed(0)} s`,
  );
}

export function tellQuiet(timings: readonly Quiet[], rounds: number): void {
  console.log(`  ${`fastest of ${rounds}, ms`.padEnd(34)}    ours by hand   ratio`);
  for (const { name, ours, byHand } of timings) {
    console.log(
      `  ${name.padEnd(34)}${ms(ours)}${ms(byHand)}${(ours / byHand).toFixed(2).padStart(8)}`,
    );
  }
}

export function tellBusy(timings: readonly Busy[], perSecond: number, loopDelay: LoopDelay): void {
  const load = `${perSecond.toLocaleString('en')} events a second`;
  console.log(`  ${`HTTP, ${load}, ms`.padEnd(34)}     p50     p95`);
  for (const { name, p50, p95 } of timings) console.log(`  ${name.padEnd(34)}${ms(p50)}${ms(p95)}`);
  console.log(`  event loop of the server meanwhile: ${delayOf(loopDelay)}`);
}

export function tellRush({ alone, beside, answered, refused, loopDelay }: Rush): void {
  const line = (what: 'accepted' | 'stored') =>
    `  events ${what} ${alone[what].toFixed(0)} /s, while questions are asked ${beside[what].toFixed(0)} /s (${(beside[what] / alone[what]).toFixed(2)} ×)`;
  console.log(line('accepted'));
  console.log(line('stored'));
  console.log(`  ${answered} questions answered meanwhile, ${refused} took too long`);
  console.log(`  event loop of the server meanwhile: ${delayOf(loopDelay)}`);
}

export function tellMemory({ totalMiB, members }: ReturnType<Peak['read']>): void {
  console.log(`  most memory of all processes at a time: ${totalMiB.toFixed(0)} MiB`);
  for (const { name, mib } of members.slice(0, 3)) {
    console.log(`  ${mib.toFixed(0).padStart(6)} MiB  ${name}`);
  }
}

const delayOf = ({ p50Ms, p99Ms, maxMs }: LoopDelay) =>
  `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, longest ${maxMs.toFixed(0)} ms`;
