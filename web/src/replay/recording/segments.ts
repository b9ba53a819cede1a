// Who is shown when: which window somebody was active in, and where nobody did anything.

/** Shorter pauses are part of what somebody does (posthog-js counts activity the same way). */
export const INACTIVE_MS = 5000;

/** Time in which somebody is active in one window. Milliseconds. */
export type Span = {
  readonly windowId: string;
  readonly startMs: number;
  readonly endMs: number;
};

/** A stretch of the time line, one after the other without holes. */
export type Segment = Span & { readonly isActive: boolean };

/** How long what came of an action is worth a look: a single click is no mere instant. */
const TAIL_MS = 500;

/** Joins moments of activity of one window that are at most `INACTIVE_MS` apart. */
export function spansOf(windowId: string, momentsMs: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const atMs of momentsMs.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    const endMs = atMs + TAIL_MS;
    const goesOn = last && endMs - last.endMs <= INACTIVE_MS;
    if (goesOn) spans[spans.length - 1] = { ...last, endMs };
    else spans.push({ windowId, startMs: atMs, endMs });
  }
  return spans;
}

type Range = { readonly startMs: number; readonly endMs: number };

/**
 * Segments that cover a recording. Where several windows are active the one turned to last counts; where none is,
 * the one of before stays in view.
 */
export function segmentsOf(spans: readonly Span[], { startMs, endMs }: Range): Segment[] {
  const known = spans
    .filter((span) => span.endMs >= startMs && span.startMs <= endMs)
    .sort((a, b) => a.startMs - b.startMs);
  const cuts = [startMs, endMs, ...known.flatMap((span) => [span.startMs, span.endMs])]
    .filter((cut) => cut >= startMs && cut <= endMs)
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  let windowId = known[0]?.windowId ?? '';
  // Spans of one window do not overlap, so never more are open than there are windows.
  let open: Span[] = [];
  let begun = 0;
  for (const [index, cut] of cuts.entries()) {
    const next = cuts[index + 1];
    if (next === undefined || next === cut) continue;
    while (known[begun] && (known[begun]?.startMs ?? 0) <= cut) open.push(known[begun++] as Span);
    open = open.filter(({ endMs: end }) => end > cut);
    // They were opened in the order in which they began.
    const span = open.at(-1);
    windowId = span?.windowId ?? windowId;
    append(segments, { windowId, startMs: cut, endMs: next, isActive: span !== undefined });
  }
  return withoutShortPauses(segments);
}

function append(segments: Segment[], segment: Segment): void {
  const last = segments.at(-1);
  const goesOn = last?.windowId === segment.windowId && last.isActive === segment.isActive;
  if (last && goesOn) segments[segments.length - 1] = { ...last, endMs: segment.endMs };
  else segments.push(segment);
}

function withoutShortPauses(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const isLong = segment.endMs - segment.startMs >= INACTIVE_MS;
    append(result, segment.isActive || isLong ? segment : { ...segment, isActive: true });
  }
  return result;
}

/** The segment of a moment: the last one that has begun. */
export function segmentAt(segments: readonly Segment[], atMs: number): Segment | undefined {
  return segments.findLast(({ startMs }) => startMs <= atMs) ?? segments[0];
}
