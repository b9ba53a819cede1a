// One world from a file: a JSON line per run and one for the summary on standard output, the summary in words on
// standard error.
import { readFileSync } from 'node:fs';
import { simulate, type Story } from '../../server/src/rollouts/simulation/simulate.ts';
import {
  type EndSummary,
  summarize,
  type Summary,
} from '../../server/src/rollouts/simulation/summary.ts';
import { readWorld } from '../../server/src/rollouts/simulation/world.contract.ts';

/** False when the file cannot be used; says why, by field. */
export function runWorld(
  file: string,
  given: { readonly runs: number | undefined; readonly seed: number | undefined },
): boolean {
  const world = readWorld(parse(file));
  if (!('plan' in world)) {
    for (const { field, reason } of world) console.error(`${file}: ${field}: ${reason}`);
    return false;
  }
  if (world.leftOut.length > 0) {
    const names = world.leftOut.map((name) => `“${name}”`).join(', ');
    console.error(`${file}: nobody in a simulated world has a name; it passes over ${names}.`);
  }
  const runs = given.runs ?? world.runs;
  const seed = given.seed ?? world.seed;
  const stories = Array.from({ length: runs }, (_, run) => {
    const story = simulate(world, seed + run);
    console.log(JSON.stringify({ run: run + 1, ...wireOf(story) }));
    return story;
  });
  const summary = summarize(stories);
  console.log(JSON.stringify({ summary: { name: world.name, seed, ...summaryWire(summary) } }));
  console.error(describe(world.name, summary));
  return true;
}

/** What stands in the file; undefined, which no world is, where it cannot be read. */
function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function wireOf(story: Story) {
  return {
    seed: story.seed,
    outcome: story.end,
    minute: story.minute,
    stage: story.stage,
    treatment_people: story.treatmentPeople,
    events: story.events.map(({ minute, type, stage, holdReason }) => ({
      minute,
      type,
      stage,
      ...(holdReason === null ? {} : { hold_reason: holdReason }),
    })),
  };
}

function summaryWire({ runs, ends, everYellow }: Summary) {
  const outcomes = Object.entries(ends).map(([end, one]) => [
    end,
    {
      share: one.share,
      minutes_median: one.minutes?.median ?? null,
      minutes_p80: one.minutes?.p80 ?? null,
      treatment_people_median: one.treatmentPeople?.median ?? null,
      treatment_people_p80: one.treatmentPeople?.p80 ?? null,
    },
  ]);
  return { runs, ...Object.fromEntries(outcomes), paused_for_suspected_harm: everYellow };
}

function describe(name: string, { runs, ends, everYellow }: Summary): string {
  const line = ([end, one]: [string, EndSummary]) => {
    const share = `${(one.share * 100).toFixed(1)} %`.padStart(8);
    const { minutes, treatmentPeople: people } = one;
    const when =
      minutes && people
        ? `  minutes ${minutes.median} (80th percentile ${minutes.p80}), people with the change ${people.median} (${people.p80})`
        : '';
    return `  ${end.padEnd(12)}${share}${when}`;
  };
  const paused = `  paused for suspected harm at least once: ${(everYellow * 100).toFixed(1)} %`;
  return [`\n${name}: ${runs} runs`, ...Object.entries(ends).map(line), paused].join('\n');
}
