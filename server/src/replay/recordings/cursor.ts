// Where a page of recordings ended: start and id of its last one, so that pages do not shift when others begin.
import { fail } from '#kernel/errors';

export type RecordingCursor = {
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly sessionId: string;
};

const FORM = /^(\d{1,15})\.([A-Za-z0-9-]{1,70})$/;

export const encodeCursor = ({ startMs, sessionId }: RecordingCursor): string =>
  `${startMs}.${sessionId}`;

/** @throws invalid_input when it is not a cursor of ours */
export function decodeCursor(text: string): RecordingCursor {
  const match = FORM.exec(text);
  if (!match) fail('invalid_input', { detail: 'This is not a cursor of a page.', attr: 'cursor' });
  return { startMs: Number(match[1]), sessionId: match[2] ?? '' };
}
