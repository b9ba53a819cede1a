// The memory of a process and of those that it started. Shared pages are counted once (proportional set size), which
// needs Linux.
import { readFileSync, readdirSync } from 'node:fs';

const MIB = 1024;
/** 2 s: adding up a process's pages takes the kernel some time. */
const EVERY_MS = 2000;

export type Member = { readonly name: string; readonly mib: number };

/** Each process of the family, the largest first. @throws when this is no Linux */
export function memoryOfFamily(root: number): Member[] {
  if (process.platform !== 'linux') throw new Error('Memory is read from /proc: Linux only.');
  return familyOf(root)
    .map((pid) => ({ name: nameOf(pid), mib: proportionalMiB(pid) }))
    .toSorted((a, b) => b.mib - a.mib);
}

export type Peak = {
  /** The most that the whole family held at a time, so far. */
  read(): { readonly totalMiB: number; readonly members: readonly Member[] };
  stop(): void;
};

/** Looks at the family every other second. */
export function watchPeak(root: number): Peak {
  let peak: ReturnType<Peak['read']> = { totalMiB: 0, members: [] };
  const look = () => {
    const members = memoryOfFamily(root);
    const totalMiB = members.reduce((sum, { mib }) => sum + mib, 0);
    if (totalMiB > peak.totalMiB) peak = { totalMiB, members };
  };
  const timer = setInterval(look, EVERY_MS);
  return { read: () => peak, stop: () => clearInterval(timer) };
}

/** Time that a process has had of the processors so far, in milliseconds, to ten of them. @throws when this is no Linux */
export function cpuMsOf(pid: number): number {
  const fields = statOf(pid).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Of the kernel's accounts. */
const TICK_MS = 10;

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
    return Number(statOf(pid).split(' ')[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

/** Fields after the command, which is in parentheses and may hold spaces. */
function statOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

function nameOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 90);
}

function proportionalMiB(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / MIB;
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
