// Recordings on a real server: what a minute of them takes on disk against gzip of what was sent; how much comes in, for
// how many sessions at once, against the store's own inserts of the same blocks; how soon an hour of recording is on
// the screen of a real Chromium; how long lists take among a million sessions, against the same question written by hand. `--sessions 100000` for
// fewer.
import { type Watched, startWatched } from './insights/server.ts';
import { playHour } from './replay/hour.ts';
import { rushIn } from './replay/intake.ts';
import { askLists } from './replay/lists.ts';

const DEFAULT_SESSIONS = 1_000_000;

/** Runs the benchmark and prints what it finds. */
export async function run(options: { readonly sessions?: string | undefined } = {}): Promise<void> {
  const sessions = Number(options.sessions ?? DEFAULT_SESSIONS);
  await onServer(async (watched) => {
    await playHour(watched);
    await rushIn(watched);
  });
  // Alone: what the others have stored is not to be read with it.
  await onServer((watched) => askLists(watched, sessions));
}

async function onServer(work: (watched: Watched) => Promise<void>): Promise<void> {
  const watched = await startWatched({ SERIN_RECORDING_BYTES_PER_SECOND: '0' });
  try {
    await watched.ask('PATCH', '/recording_settings/', { enabled: true });
    await work(watched);
  } finally {
    await watched.close();
  }
}

if (import.meta.main) await run();
