// The tables as Markdown, and where they stand in the document.
import { type Cell, type Figures, type Found, type Measure, MEASURES } from './cell.ts';
import type { Estimate } from './estimate.ts';
import type { Table } from './tables.ts';

const SHARES: ReadonlySet<string> = new Set([
  'alarms',
  'found',
  'rolledBack',
  'wrongly',
  'held',
  'yellow',
  'released',
  'covered',
  'power',
]);

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const whole = (value: number) =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–';

/** Standard errors that are still taken for chance. */
const TOLERANCE = 3;

/** Within three standard errors of the reference (both have one), or on its better side. */
function isAsGood(
  measure: Measure,
  { value, standardError }: Estimate,
  reference: number,
  referenceRuns: number,
): boolean {
  const { better } = MEASURES[measure];
  const isShare = SHARES.has(measure);
  const nearest = Math.min(Math.max(reference, 0.5 / referenceRuns), 1 - 0.5 / referenceRuns);
  // Of a median the reference's own error is not known; that of as many runs as ours is as good a guess.
  const theirs = isShare ? Math.sqrt((nearest * (1 - nearest)) / referenceRuns) : standardError;
  const distance = value - reference;
  if ((better === 'less' && distance <= 0) || (better === 'more' && distance >= 0)) return true;
  return Math.abs(distance) <= TOLERANCE * Math.hypot(standardError, theirs);
}

export type Line = {
  readonly world: string;
  readonly measure: Measure;
  readonly reference: number;
  readonly found: Estimate;
  readonly isOk: boolean;
};

/** Every figure of a cell that has a reference. */
export function linesOf(cell: Cell, found: Found): Line[] {
  return (Object.keys(cell.reference) as (keyof Figures)[]).flatMap((measure) => {
    const reference = cell.reference[measure];
    const estimate = found[measure];
    if (reference === undefined || estimate === undefined) return [];
    const isOk = isAsGood(measure, estimate, reference, cell.referenceRuns);
    return [{ world: cell.label, measure, reference, found: estimate, isOk }];
  });
}

function rowOf({ world, measure, reference, found, isOk }: Line): string {
  const show = SHARES.has(measure) ? percent : whole;
  const error = Number.isFinite(found.standardError) ? show(found.standardError) : '–';
  const { label } = MEASURES[measure];
  return `| ${world} | ${label} | ${show(reference)} | ${show(found.value)} | ${error} | ${isOk ? 'yes' : '**no**'} |`;
}

/** One table as Markdown. */
export function tableOf({ title, about }: Table, lines: readonly Line[], command: string): string {
  return [
    `### ${title}`,
    '',
    `${about} \`${command}\``,
    '',
    '| world | what | reference | Serin | standard error | as good |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines.map(rowOf),
    '',
  ].join('\n');
}

const marker = (name: string, end: 'begin' | 'end') => `<!-- simulation ${name}: ${end} -->`;

/** The document with `text` between the markers of this name. */
export function placeBetweenMarkers(document: string, name: string, text: string): string {
  const begin = document.indexOf(marker(name, 'begin'));
  const end = document.indexOf(marker(name, 'end'));
  if (begin < 0 || end < begin) throw new Error(`the document has no markers of ${name}`);
  const from = begin + marker(name, 'begin').length;
  return `${document.slice(0, from)}\n\n${text.trim()}\n\n${document.slice(end)}`;
}
