// What browsers are told about recording in an environment, with the rollouts that run there.
import type { FlagSnapshots } from '#flags';
import { type RecordingConfig, type Replay, recordingConfig } from '#replay';
import type { Rollouts } from '#rollouts';

type Deps = {
  readonly recordingSettings: Pick<Replay['settings'], 'of'> | undefined;
  readonly rollouts: Pick<Rollouts, 'stagesIn'>;
  readonly snapshots: Pick<FlagSnapshots, 'get'>;
};

/** Undefined while it is not known: posthog-js then goes by what it was told before. */
export type FindRecordingConfig = (environmentId: number) => RecordingConfig | undefined;

export function findRecordingConfig({
  recordingSettings,
  rollouts,
  snapshots,
}: Deps): FindRecordingConfig {
  return (environmentId) => {
    const settings = recordingSettings?.of(environmentId);
    if (!settings?.isOn || !settings.followsRollouts) {
      return settings && recordingConfig(settings, []);
    }
    const { byFlagId } = rollouts.stagesIn(environmentId);
    const running = snapshots.get(environmentId).flags.flatMap(({ id, key: flagKey }) => {
      const stage = byFlagId.get(id);
      return stage ? [{ id: stage.rolloutId, flagKey }] : [];
    });
    return recordingConfig(settings, running);
  };
}
