// People of an experiment, made by the engine: each is exposed once within two weeks, and then looks at pages, begins
// and makes purchases, runs into errors, and comes back, one variant a little more often.
import type { Command } from '../insights/store.ts';

const BLOCK = 100_000;
const DAY_MS = 86_400_000;
const DAYS = 14;

/** `[event, how many a person at most, share in a thousand of control that does each, of the other]`. */
const DEEDS: readonly (readonly [string, number, number, number])[] = [
  ['$pageview', 3, 900, 900],
  ['checkout', 1, 300, 320],
  ['purchase', 2, 120, 132],
  ['$exception', 1, 20, 21],
];

/** @returns when the first could be exposed, in milliseconds */
export async function fillExperiment(
  command: Command,
  environmentId: number,
  people: number,
): Promise<number> {
  const startMs = Date.now() - DAYS * DAY_MS;
  const row = (event: string, at: string, flag: string) => `SELECT ${environmentId},
      reinterpretAsUUID(MD5(concat('${event}', toString(who), '-', toString(n)))), '${event}', ${at},
      concat('user-', toString(who)), reinterpretAsUUID(MD5(toString(who))), 'full',
      concat('s', toString(n), '-', toString(who)), ${flag}, map('exp', variant), map(),
      map('amount', toString(cityHash64(who, n, 4) % 20000 / 100)), ${at}
    FROM`;
  const entered = `fromUnixTimestamp64Milli(toInt64(${startMs} + cityHash64(who) % ${(DAYS - 2) * DAY_MS}), 'UTC')`;
  for (let from = 0; from < people; from += BLOCK) {
    const rows = Math.min(BLOCK, people - from);
    const who = `number AS who, if(cityHash64(who, 9) % 2 = 0, 'control', 'test') AS variant`;
    const everybody = `(SELECT ${who}, 0 AS n FROM numbers(${from}, ${rows}))`;
    await command(
      `INSERT INTO events ${row('$feature_flag_called', entered, "'exp', variant")} ${everybody}`,
    );
    for (const [event, most, control, other] of DEEDS) {
      const later = `${entered} + toIntervalMillisecond(1000 + cityHash64(who, n, '${event}') % ${2 * DAY_MS - 2_000})`;
      const does = `cityHash64(who, n, '${event}', 5) % 1000 < if(variant = 'control', ${control}, ${other})`;
      await command(`INSERT INTO events ${row(event, later, "'', ''")} (
        SELECT ${who}, n FROM numbers(${from}, ${rows}) ARRAY JOIN range(1, ${most + 1}) AS n WHERE ${does})`);
    }
  }
  await command('OPTIMIZE TABLE events FINAL');
  return startMs;
}
