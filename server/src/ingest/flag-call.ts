// Reports of SDKs that code asked them for a flag.
import { EVALUATED_EVENT, type NormalizedEvent } from './event.ts';

/** An SDK reports that code asked it for a flag. */
export type FlagCall = {
  readonly flag: string;
  /** What the SDK calls itself; empty when it does not say. */
  readonly lib: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
};

/** Those among the events. */
export function flagCalls(events: readonly NormalizedEvent[]): FlagCall[] {
  return events
    .filter(({ event, flag }) => flag !== '' && event !== EVALUATED_EVENT)
    .map(({ flag, atMs, properties: { $lib: lib } }) => ({
      flag,
      lib: typeof lib === 'string' ? lib : '',
      atMs,
    }));
}
