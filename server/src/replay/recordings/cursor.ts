// Where a page of recordings ended: rank and id of its last one, so that pages do not shift when others begin.
import { fail } from '#kernel/errors';

export type RecordingCursor = {
  /** What the list is ordered by, as a whole number; of the newest first their start in milliseconds. */
  readonly rank: number;
  readonly sessionId: string;
};

const FORM = /^(\d{1,15})\.([A-Za-z0-9-]{1,70})$/;

export const encodeCursor = ({ rank, sessionId }: RecordingCursor): string =>
  `${rank}.${sessionId}`;

/** @throws invalid_input when it is not a cursor of ours */
export function decodeCursor(text: string): RecordingCursor {
  const match = FORM.exec(text);
  if (!match) fail('invalid_input', { detail: 'This is not a cursor of a page.', attr: 'cursor' });
  return { rank: Number(match[1]), sessionId: match[2] ?? '' };
}
