// What the process and its thread for recordings say to each other. Two steps for each body, since its token, which
// says whose rules apply, is inside.
import type { PrivacyRules } from '../privacy/rules.ts';
import type { ProcessedBlock } from './process.ts';
import type { Refusal } from '../wire/snapshot.ts';

/** To the thread. */
export type ThreadOrder =
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly body: Uint8Array;
      readonly contentType: string | undefined;
      readonly contentEncoding: string | undefined;
      readonly query: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'process';
      readonly id: number;
      readonly rules: PrivacyRules;
      readonly receivedMs: number;
    }
  | { readonly kind: 'drop'; readonly id: number };

/** A block whose events are packed. */
export type PackedBlock = Omit<ProcessedBlock, 'lines'> & {
  /** The lines as a JSON text, zstd. */
  readonly data: Uint8Array;
  /** Of that text unpacked. */
  readonly dataBytes: number;
};

export type PackedRequest = {
  readonly blocks: readonly PackedBlock[];
  readonly refused: readonly { readonly why: Refusal; readonly distinctId?: string | undefined }[];
  readonly eventsLeftOut: number;
};

/** From the thread. */
export type ThreadAnswer = { readonly id: number } & (
  | { readonly kind: 'opened'; readonly token: string; readonly sessionIds: readonly string[] }
  | { readonly kind: 'processed'; readonly request: PackedRequest }
);
