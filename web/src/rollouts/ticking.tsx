// What comes next, as the server says it, with a clock in the place of the time that it takes.
import type { RolloutSummary } from '../api/rollouts.ts';
import { Countdown } from '../ui/time.tsx';

/** A sentence whose length of time counts down. */
export function Ticking({ sentence, clock, at }: RolloutSummary['next']) {
  const place = clock === null ? -1 : sentence.lastIndexOf(clock);
  if (clock === null || at === null || place < 0) return sentence;
  return (
    <>
      {sentence.slice(0, place)}
      <Countdown until={at} />
      {sentence.slice(place + clock.length)}
    </>
  );
}
