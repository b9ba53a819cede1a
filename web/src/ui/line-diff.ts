// What differs between two texts, line by line.

/** A line, or so many equal ones left out. */
export type FoldedLine = DiffLine | { readonly kind: 'folded'; readonly count: number };

export type DiffLine = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string };

/** Above this many cells (5 MB of numbers) everything between the common ends counts as changed. */
const MAX_CELLS = 1_200_000;

/** The lines of both texts in order; a longest common subsequence stays, the rest came or went. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (lines: readonly string[]): DiffLine[] =>
    lines.map((text) => ({ kind: 'same', text }));
  return [
    ...same(a.slice(0, start)),
    ...diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MAX_CELLS) {
    return [
      ...a.map((text): DiffLine => ({ kind: 'removed', text })),
      ...b.map((text): DiffLine => ({ kind: 'added', text })),
    ];
  }
  const common = commonLengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [gone = '', come = ''] = [a[i], b[j]];
    if (i < a.length && j < b.length && gone === come) {
      lines.push({ kind: 'same', text: gone });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ kind: 'removed', text: gone });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: come });
      j += 1;
    }
  }
  return lines;
}

/** The length of the longest common subsequence of `a` from i on and `b` from j on. */
function commonLengths(
  a: readonly string[],
  b: readonly string[],
): (i: number, j: number) => number {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

/** Leaves out what is equal, but for `context` lines around each difference. */
export function foldSame(lines: readonly DiffLine[], context = 3): FoldedLine[] {
  const isNear = (index: number): boolean =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some(({ kind }) => kind !== 'same');
  const folded: FoldedLine[] = [];
  lines.forEach((line, index) => {
    if (isNear(index)) return folded.push(line);
    const last = folded.at(-1);
    if (last?.kind === 'folded') folded[folded.length - 1] = { ...last, count: last.count + 1 };
    else folded.push({ kind: 'folded', count: 1 });
  });
  return folded;
}
