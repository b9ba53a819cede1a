// Door of replay: recordings of sessions taken in, kept, shown, and what is recorded.
import type { Ctx } from '#platform/ctx';
import { type ReplayIntake, openIntake } from './intake/intake.service.ts';
import { type SettingsDirectory, openSettings } from './settings/settings.service.ts';
import { type LineMaker, openLineMaker } from './threads/lines.service.ts';

export { registerRecordingList } from './list/list.routes.ts';
export { registerRecordings } from './recordings/recordings.routes.ts';
export {
  findPlayable,
  findPlayableOf,
  pinRecordings,
  sessionAround,
} from './recordings/playable.service.ts';
export { countWatched } from './recordings/watched.service.ts';
export { registerSavedFilters } from './saved/saved-filters.routes.ts';
export { registerRecordingSettings } from './settings/settings.routes.ts';
export {
  type FollowedRollout,
  type RecordingConfig,
  recordingConfig,
} from './settings/recording-config.ts';
export type { RecordingSettings } from './settings/settings.ts';
export { findStoredSession } from './recordings/recordings.service.ts';
export {
  deleteRecordingRows,
  erasedBy as recordingsErasedBy,
  markSessionsErased,
} from './store/erased.store.ts';
export { forgetErasedSessions, markRecordingsErased } from './erase.service.ts';
export { expireRecordings } from './expire.service.ts';
export type { ReplayIntake } from './intake/intake.service.ts';

export type Replay = {
  readonly intake: ReplayIntake;
  readonly settings: SettingsDirectory;
  readonly lineMaker: LineMaker;
  close(): Promise<void>;
};

type ReplayOptions = Omit<Parameters<typeof openIntake>[1], 'settings'>;

/** Opens settings and log, and goes on storing what was accepted before. */
export async function openReplay(ctx: Ctx, options: ReplayOptions): Promise<Replay> {
  const settings = await openSettings(ctx);
  const intake = await openIntake(ctx, { ...options, settings });
  const lineMaker = openLineMaker(ctx.log);
  return {
    intake,
    settings,
    lineMaker,
    close: async () => {
      await intake.close();
      await lineMaker.close();
      settings.close();
    },
  };
}
