// A batch of exceptions by what they are about: what the rows of its issues need to know.
import type { Exception } from './exception.ts';
import { type Title, titleOf } from './title.ts';

/** The exceptions of a batch that share a fingerprint. */
export type Kind = {
  readonly environmentId: number;
  readonly fingerprint: string;
  /** What it is without source maps. */
  readonly unmapped: string;
  readonly title: Title;
  readonly library: string;
  readonly first: Seen;
  readonly last: Seen;
  /** All of them, in the order in which they happened. */
  readonly seen: readonly Seen[];
};

/** An exception in time. */
type Seen = {
  /** When it happened; never after it was received. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly release: string;
};

type Item = {
  readonly environmentId: number;
  readonly fingerprint: string;
  readonly unmapped: string;
  readonly exceptions: readonly Exception[];
  readonly library: string;
  readonly atMs: number;
  readonly receivedMs: number;
  readonly release: string;
};

export function kindsOf(items: readonly Item[]): Kind[] {
  const groups = Map.groupBy(items, (item) => `${item.environmentId}:${item.fingerprint}`);
  return [...groups.values()].flatMap((group) => {
    const [example] = group;
    const seen = group
      .map(({ atMs, receivedMs, release }) => ({
        atMs: Math.min(atMs, receivedMs),
        receivedMs,
        release,
      }))
      .toSorted((a, b) => a.atMs - b.atMs);
    const [first, last] = [seen[0], seen.at(-1)];
    if (!example || !first || !last) return [];
    const { environmentId, fingerprint, unmapped, library } = example;
    const title = titleOf(example.exceptions);
    return [{ environmentId, fingerprint, unmapped, title, library, first, last, seen }];
  });
}

/** More kinds of errors in one environment say nothing to anybody: they come together in one issue. */
export const MAX_ISSUES = 20_000;
/** What that issue is told by, in the place of a signature, and how it is called. */
export const OVERFLOW = {
  signature: 'overflow',
  title: { name: 'Other errors', description: `Beyond ${MAX_ISSUES} issues`, place: '' },
} as const;
