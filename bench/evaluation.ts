// In-process evaluation of one boolean flag (one property condition, 50 % rollout) against the libraries
// that people use for it. Every library evaluates through its own public call, for the same people, in
// interleaved rounds of one run; what counts is the ratio.
import {
  type Contender,
  type Person,
  flagd,
  growthbook,
  posthogNode,
  serin,
  startDefinitions,
  unleash,
} from './evaluation/contenders.ts';
import { median } from './statistics.ts';

/** Many distinct ids, so that no library lives off a cache of one answer. */
const PEOPLE = 20_000;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
/** The share of people that meet the condition and are then hashed. */
const PRO_SHARE = 0.75;
/** What the condition and the 50 % leave; libraries hash differently, so each is near it. */
const EXPECTED_SHARE = PRO_SHARE / 2;

export type EvaluationResult = {
  readonly name: string;
  /** Median over the rounds, nanoseconds per evaluation. */
  readonly medianNs: number;
  /** Median over the rounds of this library's time divided by Serin's in the same round. */
  readonly timesSerin: number;
};

/** Runs the benchmark and prints its table. */
export async function run(): Promise<EvaluationResult[]> {
  const people = Array.from({ length: PEOPLE }, (_, i): Person => ({
    id: `user-${i * 7919}`,
    plan: i % 4 === 0 ? 'free' : 'pro',
  }));
  const definitions = await startDefinitions();
  const contenders = [
    serin(people),
    flagd(people),
    growthbook(people),
    await unleash(people, definitions.url),
    await posthogNode(people, definitions.url),
  ];
  try {
    return report(contenders, await measure(contenders));
  } finally {
    for (const contender of contenders) await contender.close();
    definitions.close();
  }
}

/** Nanoseconds per evaluation: [round][contender]. */
async function measure(contenders: readonly Contender[]): Promise<number[][]> {
  const rounds: number[][] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (const contender of contenders) {
      const startedAt = process.hrtime.bigint();
      const count = contender.evaluate();
      const enabled = typeof count === 'number' ? count : await count;
      times.push(Number(process.hrtime.bigint() - startedAt) / PEOPLE);
      refuseWrongShare(contender.name, enabled / PEOPLE);
    }
    if (round >= 0) rounds.push(times);
  }
  return rounds;
}

/** A library that is set up wrongly would be fast for nothing. */
function refuseWrongShare(name: string, share: number): void {
  if (Math.abs(share - EXPECTED_SHARE) < 0.02) return;
  throw new Error(`${name} gives the flag to ${share}, not to about ${EXPECTED_SHARE}`);
}

function report(contenders: readonly Contender[], rounds: number[][]): EvaluationResult[] {
  const results = contenders.map(({ name }, at) => ({
    name,
    medianNs: median(rounds.map((times) => times[at] ?? Number.NaN)),
    timesSerin: median(rounds.map((times) => (times[at] ?? Number.NaN) / (times[0] ?? Number.NaN))),
  }));
  console.log(`One boolean flag, one condition, 50 %; ${PEOPLE} people, ${ROUNDS} rounds`);
  for (const { name, medianNs, timesSerin } of results) {
    const time = `${medianNs.toFixed(0)} ns`.padStart(10);
    console.log(`  ${name.padEnd(32)}${time}   ${timesSerin.toFixed(2)} × Serin's time`);
  }
  console.log('  aim: every other at least 1, flagd-core at least 1.5');
  return results;
}

if (import.meta.main) await run();
