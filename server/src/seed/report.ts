// What was wanted beside what was read, as a table.
import type { Tally } from './tally.ts';

export type Line = { readonly what: string; readonly wanted: number; readonly read: number };

/** All figures of a shop, each wanted and read. */
export function linesOf(wanted: Tally, read: Tally): Line[] {
  const names = [...wanted.events.keys()].toSorted();
  const variants = [...new Set([...wanted.funnel.keys(), ...read.funnel.keys()])].toSorted();
  return [
    ...names.map((name) => ({
      what: name,
      wanted: wanted.events.get(name) ?? 0,
      read: read.events.get(name) ?? 0,
    })),
    { what: 'people', wanted: wanted.people, read: read.people },
    { what: 'revenue, EUR', wanted: wanted.revenue, read: read.revenue },
    ...variants.flatMap((variant) => funnelLines(variant, wanted, read)),
  ];
}

function funnelLines(variant: string, wanted: Tally, read: Tally): Line[] {
  const ours = wanted.funnel.get(variant) ?? [];
  const theirs = read.funnel.get(variant) ?? [];
  return (ours.length > 0 ? ours : theirs).map((_, step) => ({
    what: `new-checkout ${variant}: people at step ${step + 1}`,
    wanted: ours[step] ?? 0,
    read: theirs[step] ?? 0,
  }));
}

/** Sums of money may differ by how they were added up. */
export const isRight = ({ wanted, read }: Line): boolean => Math.abs(wanted - read) < 0.005;

export function tableOf(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ what }) => what.length));
  const figure = (value: number) => value.toLocaleString('en').padStart(11);
  return [
    `${''.padEnd(width)}     wanted  read back`,
    ...lines.map(
      (line) =>
        `${line.what.padEnd(width)}${figure(line.wanted)}${figure(line.read)}${isRight(line) ? '' : '  differs'}`,
    ),
  ].join('\n');
}
