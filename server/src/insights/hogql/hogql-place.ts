// Where in a statement as it was written the engine found an error: it counts bytes of the statement with its
// values bound.
import type { Bound } from './hogql-placeholders.ts';

/** `Syntax error: failed at position 7 (FROM) (line 1, col 7): FROM x. Expected one of: …` */
const FAILED =
  /^([^]*?)[:,]?\s*failed at position (\d+)(?: \(([^]*?)\))?(?: \(line \d+, col \d+\))?(?=[:.]|$)([^]*)/;
/** More of what could stand there tells nobody anything. */
const MAX_EXPECTED = 8;

/**
 * The complaint with line and column in front, both from 1 on; as it is when it names no place.
 * @param written what the person wrote
 */
export function placedComplaint(complaint: string, bound: Bound, written: string): string {
  const [, what = '', position, token, rest = ''] = FAILED.exec(complaint) ?? [];
  if (position === undefined) return complaint;
  const before = written.slice(0, writtenOffset(bound, Number(position) - 1));
  const lines = before.split('\n');
  const column = [...(lines.at(-1) ?? '')].length + 1;
  const [, list] = /Expected one of: ([^]*)$/.exec(rest) ?? [];
  const expected = list?.split(', ') ?? [];
  const shown = expected.slice(0, MAX_EXPECTED).join(', ');
  return [
    `Line ${lines.length}, column ${column}: ${what.replace(/: syntax error$/i, '')}`,
    token ? ` at “${token}”` : '',
    '.',
    shown && ` Expected one of: ${shown}${expected.length > MAX_EXPECTED ? ', …' : '.'}`,
  ].join('');
}

/** @param byte of the bound text, from 0 on */
function writtenOffset({ text, edits }: Bound, byte: number): number {
  const bytes = new TextEncoder().encode(text).slice(0, byte);
  const at = new TextDecoder().decode(bytes).length;
  const last = edits.findLast((edit) => edit.at <= at);
  const inside = edits.find((edit) => edit.at > at);
  const offset = last ? last.written + at - last.at : at;
  return Math.min(offset, inside?.written ?? offset);
}
