// Code to paste, whichever SDK it is for.
import type { ValueType } from 'serin/flags/flag';

/** What goes into a snippet. */
export type SnippetInput = {
  /** Origin of this server, such as `https://serin.acme.com`. */
  readonly origin: string;
  /** Project token of the environment (`phc_…`). */
  readonly token: string;
  /** Flag that the example asks for. */
  readonly flagKey: string;
  /** Variant to compare with; null for an on/off flag. */
  readonly variant: string | null;
  /** Declared type of what OpenFeature SDKs get; left out: a text with a variant, else a boolean. */
  readonly valueType?: ValueType | null;
};

export type Snippet = {
  readonly id: string;
  readonly label: string;
  /** Shell command, where something is to be installed. */
  readonly install?: string;
  readonly setUp: string;
  readonly use: string;
  readonly note?: string;
};
