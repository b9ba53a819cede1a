// Where a page of events ended. Time and id of its last event, so that pages do not shift when events
// arrive meanwhile.
import { fail } from '#kernel/errors';

export type EventsCursor = {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly uuid: string;
};

const FORM = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The cursor as text. */
export function encodeCursor({ atMs, uuid }: EventsCursor): string {
  return `${atMs}.${uuid}`;
}

/** @throws invalid_input when it is not a cursor of ours */
export function decodeCursor(text: string): EventsCursor {
  const match = FORM.exec(text);
  if (!match) fail('invalid_input', { detail: 'This is not a cursor of a page.', attr: 'cursor' });
  return { atMs: Number(match[1]), uuid: match[2] ?? '' };
}
