// `npm run demo`: Serin, a shop and its shoppers; a good release of the new checkout that reaches
// everyone, and a bad one that Serin takes back. `--check` runs it without anybody watching and ends with
// status 0 only when both happened.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RolloutWire } from '../server/src/rollouts/rollout-body.contract.ts';
import { demoPlan } from './demo/plan.ts';
import { followRollout } from './demo/story.ts';
import { LOGIN, openWorld } from './demo/world.ts';
import type { World } from './demo/world.ts';

const FLAG = 'new-checkout';
/** Longest time for one rollout, on a busy machine. */
const STORY_LIMIT_MS = 120_000;
/** What a stage is watched for: long enough to be seen by people, short where nobody looks. */
const BAKE_SECONDS = { watched: 12, check: 8 } as const;
/** Longest wait for the first purchase in a real browser. */
const BROWSER_LIMIT_MS = 60_000;
/** Visits a second once the stories are told and only the pages should stay alive. */
const IDLE_PACE = 4;

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const isCheck = values.check;

/** Runs both rollouts; returns what was not as it should be. */
async function tellStories(world: World): Promise<string[]> {
  const { management } = world;
  const plan = demoPlan(FLAG, isCheck ? BAKE_SECONDS.check : BAKE_SECONDS.watched);
  const flagId = await management.createFlag(FLAG, 'The new checkout');
  // The shop asks for the flag `quick-basket`, which is made of the name.
  await management.offerEarlyAccess({
    name: 'Quick basket',
    description: 'Put things into the basket right where you see them.',
    documentationUrl: `${world.shopUrl}/early-access/quick-basket`,
  });
  const run = async (): Promise<RolloutWire> => {
    const { id } = await management.startRollout(plan);
    console.log(`  ${world.serinUrl}/rollouts/${id}\n`);
    return followRollout(management, id, STORY_LIMIT_MS);
  };

  console.log('\n1. The new checkout, release 1: it is sound.');
  const good = await run();

  console.log(
    '\n2. Release 2 says when the parcel arrives, and fails where there are no postcodes.',
  );
  // New code goes out dark: the flag is emptied first, then the shop is deployed.
  await management.emptyFlag(flagId);
  await world.deploy(2);
  const bad = await run();

  const problems: string[] = [];
  if (good.state !== 'completed') problems.push(`release 1 ended ${good.state}, not completed`);
  if (bad.state !== 'rolled_back') problems.push(`release 2 ended ${bad.state}, not rolled_back`);
  return [...problems, ...(await findMissingTraffic(world))];
}

/** The SDKs' events must have arrived: the shop's, and those of posthog-js in the browsers. */
async function findMissingTraffic(world: World): Promise<string[]> {
  const expected = ['$feature_flag_called', 'order completed', '$exception'];
  world.crowd.setPace(IDLE_PACE);
  if (world.browserVisits() !== undefined) {
    expected.push('$pageview');
    await waitForBrowserVisit(world);
  }
  const counts = await Promise.all(expected.map((event) => world.management.countEvents(event)));
  return expected.filter((_, index) => counts[index] === 0).map((event) => `no ${event} arrived`);
}

/** While the crowd keeps a small machine busy, browsers may not get through; now they can. */
async function waitForBrowserVisit(world: World): Promise<void> {
  const startedAt = performance.now();
  while (world.browserVisits() === 0 && performance.now() - startedAt < BROWSER_LIMIT_MS) {
    await sleep(250);
  }
}

function tellTraffic(world: World): void {
  const { people, looked, ordered, failed, unanswered } = world.crowd.counts();
  const visits = looked + ordered + failed;
  console.log(
    `\n${people} shoppers came ${visits} times: ${ordered} orders, ${failed} failed, ${unanswered} found the shop closed.`,
  );
  const browserVisits = world.browserVisits();
  console.log(
    browserVisits === undefined
      ? 'No Chromium was found, so no shopper used a real browser.'
      : `Shoppers in a real browser, with posthog-js, bought ${browserVisits} times.`,
  );
}

let world: World | undefined;
let isClosing = false;
async function close(): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  await world?.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!isClosing) console.log('\nstopping…');
    void close().then(() => process.exit(isCheck ? 130 : 0));
  });
}

try {
  world = await openWorld(isCheck);
  console.log(
    `\n  Serin     ${world.serinUrl}     log in as ${LOGIN.email} with ${LOGIN.password}`,
  );
  console.log(
    `  the shop  ${world.shopUrl}     try its early access: ${world.shopUrl}/early-access`,
  );
  const problems = await tellStories(world);
  tellTraffic(world);
  for (const problem of problems) console.error(`demo: ${problem}`);
  const failed = Math.min(2, problems.length);
  console.log(`\ndemo: ${2 - failed} passed, ${failed} failed`);
  if (isCheck) {
    process.exitCode = problems.length === 0 ? 0 : 1;
    await close();
  } else {
    console.log('Look around; Ctrl-C ends everything.');
  }
} catch (error) {
  if (!isClosing) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    await close();
  }
}
