// Root finding by halving: slower than Newton, but it cannot leave its bracket, which is what limits of
// intervals need.

/** Steps after which a bracket of any size has shrunk to the spacing of doubles. */
const MAX_STEPS = 200;

/** The point between `inside` and `outside` where `isInside` changes, to the spacing of doubles. */
export function bisect(inside: number, outside: number, isInside: (x: number) => boolean): number {
  let good = inside;
  let bad = outside;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const middle = (good + bad) / 2;
    if (middle === good || middle === bad) break;
    if (isInside(middle)) good = middle;
    else bad = middle;
  }
  return (good + bad) / 2;
}
