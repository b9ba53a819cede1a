// A question to whoever is about to do something, and their answer.
import type { ReactNode } from 'react';

export type Question = {
  readonly title: string;
  readonly body?: ReactNode;
  /** The verb on the button, such as "Switch off". */
  readonly action: string;
  readonly tone?: 'harm' | 'pine';
  /** Asks why; the answer goes into the history. */
  readonly reason?: 'optional' | 'required';
  /** Has to be typed, because this cannot be undone. */
  readonly phrase?: string | undefined;
};

export type Answer = { readonly reason: string };
