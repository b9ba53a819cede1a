// Where the parts of a stack begin and end. What is below zero hangs below the axis.

export type Span = readonly [from: number, to: number];

/** Per line its span at every step; a missing value takes no room. */
export function stacksOf(lines: readonly (readonly (number | null)[])[]): Span[][] {
  const steps = Math.max(0, ...lines.map((values) => values.length));
  const above = Array.from({ length: steps }, () => 0);
  const below = Array.from({ length: steps }, () => 0);
  return lines.map((values) =>
    Array.from({ length: steps }, (_, step): Span => {
      const value = values[step] ?? 0;
      const side = value < 0 ? below : above;
      const from = side[step] ?? 0;
      side[step] = from + value;
      return [from, from + value];
    }),
  );
}

/** The values between which everything lies, zero included. */
export function extentOf(lines: readonly (readonly (number | null)[])[]): Span {
  let [low, high] = [0, 0];
  for (const values of lines) {
    for (const value of values) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}

/** `M…L…` through all points that exist; a missing one makes a gap, a lone one a dot. */
export function pathOf(
  values: readonly (number | null)[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isDrawing = false;
  for (const [step, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const point = `${round(x(step))} ${round(y(value))}`;
    path += isDrawing ? `L${point}` : `M${point}h0`;
    isDrawing = true;
  }
  return path;
}

/** The area of a span per step. */
export function areaOf(
  spans: readonly Span[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  if (spans.length === 0) return '';
  const top = spans.map(([, to], step) => `${round(x(step))} ${round(y(to))}`);
  const bottom = spans.map(([from], step) => `${round(x(step))} ${round(y(from))}`).toReversed();
  return `M${[...top, ...bottom].join('L')}Z`;
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10;
