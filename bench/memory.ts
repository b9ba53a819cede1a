// Idle memory of the whole family of processes: Serin, its PostgreSQL and its ClickHouse engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSerin } from '../sdk-compat/server.ts';
import { type Member, memoryOfFamily } from './process-family.ts';

/** 15 s: start-up garbage is collected and engines are at rest. */
const SETTLE_MS = 15_000;

export type MemoryResult = { readonly totalMiB: number; readonly processes: readonly Member[] };

/** Starts Serin with embedded stores, waits until it idles, adds up the family. */
export async function run(): Promise<MemoryResult> {
  const serin = await startSerin();
  try {
    await sleep(SETTLE_MS);
    const processes = memoryOfFamily(serin.pid);
    const totalMiB = processes.reduce((sum, { mib }) => sum + mib, 0);
    console.log('Idle memory of the family (proportional set size)');
    for (const { name, mib } of processes)
      console.log(`  ${mib.toFixed(0).padStart(5)} MiB  ${name}`);
    console.log(`  ${totalMiB.toFixed(0).padStart(5)} MiB  in all`);
    return { totalMiB, processes };
  } finally {
    await serin.stop();
  }
}

if (import.meta.main) await run();
