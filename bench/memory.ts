// Idle memory of the whole family of processes: Serin, its PostgreSQL and its ClickHouse engine. Shared
// pages are counted once (proportional set size), which needs Linux.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSerin } from '../sdk-compat/server.ts';

/** 15 s: start-up garbage is collected and engines are at rest. */
const SETTLE_MS = 15_000;

export type MemoryResult = {
  readonly totalMiB: number;
  readonly processes: readonly { readonly name: string; readonly mib: number }[];
};

/** Starts Serin with embedded stores, waits until it idles, adds up the family. */
export async function run(): Promise<MemoryResult> {
  if (process.platform !== 'linux')
    throw new Error('The memory benchmark reads /proc: Linux only.');
  const serin = await startSerin();
  try {
    await sleep(SETTLE_MS);
    const processes = familyOf(serin.pid)
      .map((pid) => ({ name: nameOf(pid), mib: proportionalMiB(pid) }))
      .toSorted((a, b) => b.mib - a.mib);
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

function familyOf(root: number): number[] {
  const parentOf = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentPid(Number(entry));
    if (parent !== undefined) parentOf.set(Number(entry), parent);
  }
  const family = [root];
  for (const member of family) {
    for (const [pid, parent] of parentOf) if (parent === member) family.push(pid);
  }
  return family;
}

function parentPid(pid: number): number | undefined {
  try {
    // The command in parentheses may hold spaces; the parent is the second field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 90);
}

function proportionalMiB(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}

if (import.meta.main) await run();
