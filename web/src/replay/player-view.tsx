// The player of one recording with everything around the picture.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useLive } from '../api/live.ts';
import {
  type BlockRow,
  blocksQuery,
  blockStreamUrl,
  fetchBlocks,
  type RecordingDetail,
  sessionEventsQuery,
} from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { Controls } from './controls.tsx';
import { useFoundMoments } from './found-moments.ts';
import { Inspector } from './inspector.tsx';
import { momentsOf } from './moments.ts';
import { playerActions } from './player-actions.ts';
import { PlayerLink } from './player-link.ts';
import { usePreferences } from './preferences.ts';
import type { Block } from './recording/chunk.ts';
import styles from './replay.module.css';
import { SeekBar } from './seek-bar.tsx';
import { Stage } from './stage.tsx';
import { UpNext } from './up-next.tsx';
import { useFullScreen } from './use-full-screen.ts';
import { useKeyboard } from './use-keyboard.ts';
import { PlayerContext, usePlayer, usePlayState, useTold } from './use-player.ts';
import { visitsOf, WindowBar } from './window-bar.tsx';

type Blocks = { readonly ongoing: boolean; readonly blocks: readonly BlockRow[] };
type PlayerViewProps = {
  readonly scope: Scope;
  readonly recording: RecordingDetail;
  readonly index: Blocks;
};

const blockOf = (row: BlockRow): Block => ({
  id: row.id,
  windowId: row.window_id,
  firstMs: row.first_ts,
  lastMs: row.last_ts,
  count: row.count,
  hasFull: row.has_full,
  sizeBytes: row.bytes,
});

/** Makes the link once; later blocks are added to it. */
function useLink({ scope, recording, index }: PlayerViewProps): PlayerLink {
  const { t } = useSearch({ from: '/app/replay/$sessionId' });
  const [{ speed, skipsPauses }] = usePreferences();
  const [link] = useState(() => {
    const blocks = index.blocks.map(blockOf);
    const startMs = Math.min(...blocks.map(({ firstMs }) => firstMs));
    return new PlayerLink(
      {
        blocks,
        startMs,
        endMs: Math.max(...blocks.map(({ lastMs }) => lastMs)),
        atMs: startMs + (Number(t) || 0),
        speed,
        skipsPauses,
        isOngoing: index.ongoing,
      },
      (chunk, signal) => fetchBlocks(scope, recording.id, chunk.blockIds, signal),
    );
  });
  useEffect(() => {
    link.grow(index.blocks.map(blockOf), index.ongoing);
  }, [link, index]);
  useEffect(() => () => link.close(), [link]);
  return link;
}

export function PlayerView(props: PlayerViewProps) {
  const link = useLink(props);
  useNewBlocks(props);
  return (
    <PlayerContext value={link}>
      <Player {...props} />
    </PlayerContext>
  );
}

/** While it is being recorded, blocks are told of as they come. */
function useNewBlocks({ scope, recording, index }: PlayerViewProps): void {
  const queryClient = useQueryClient();
  const { queryKey } = blocksQuery(scope, recording.id);
  const state = useLive(index.ongoing ? blockStreamUrl(scope, recording.id) : null, {
    block: (data) =>
      queryClient.setQueryData(queryKey, (known) => {
        const block = data as BlockRow;
        if (!known || known.blocks.some(({ id }) => id === block.id)) return known;
        return { ...known, blocks: [...known.blocks, block] };
      }),
  });
  // What came between the index and the stream, or while the stream was lost, it does not tell of.
  const lookAgain = useEffectEvent(() => void queryClient.invalidateQueries({ queryKey }));
  useEffect(() => {
    if (state === 'open') lookAgain();
  }, [state]);
}

function Player({ scope, recording, index }: PlayerViewProps) {
  const link = usePlayer();
  const [isFull, turnFull] = useFullScreen();
  const { tab = 'all' } = useSearch({ from: '/app/replay/$sessionId' });
  const navigate = useNavigate({ from: '/replay/$sessionId' });
  const events = useQuery(sessionEventsQuery(scope, recording)).data;
  const { digests } = useTold();
  const windowId = usePlayState((state) => state.windowId);
  const [loadsAssets, setLoadsAssets] = useState(false);
  const preferences = usePreferences();
  const found = useFoundMoments(scope, recording);
  const moments = useMemo(
    () => momentsOf(events ?? [], digests, recording.rage_clicks),
    [events, digests, recording.rage_clicks],
  );
  const pages = useMemo(() => visitsOf(digests, windowId), [digests, windowId]);
  const actions = playerActions({
    link,
    moments,
    preferences,
    fullScreen: turnFull,
  });
  useKeyboard({
    ' ': actions.toggle,
    ArrowLeft: () => actions.jump(-1, 5),
    ArrowRight: () => actions.jump(1, 5),
    j: () => actions.jump(-1, 10),
    l: () => actions.jump(1, 10),
    ArrowUp: () => actions.changeSpeed(1),
    ArrowDown: () => actions.changeSpeed(-1),
    n: () => actions.nextError(1),
    p: () => actions.nextError(-1),
    f: actions.fullScreen,
  });
  return (
    <div className={styles.player}>
      <section className={styles.screen} data-full={isFull} aria-label="Player">
        <WindowBar
          windowIds={recording.window_ids}
          loadsAssets={loadsAssets}
          onLoadsAssets={setLoadsAssets}
        />
        <Stage
          loadsAssets={loadsAssets}
          onToggle={actions.toggle}
          upNext={<UpNext scope={scope} sessionId={recording.id} />}
        />
        <div className={styles.below}>
          <SeekBar
            moments={moments}
            pages={pages}
            heat={heatOfActivity(recording.activity)}
            heatEndMs={link.startMs + recording.recording_duration * 1000}
            found={found}
          />
          <Controls
            actions={actions}
            speed={preferences[0].speed}
            skipsPauses={preferences[0].skipsPauses}
            isOngoing={index.ongoing}
            isFull={isFull}
          />
        </div>
      </section>
      <Inspector
        scope={scope}
        recording={recording}
        events={events ?? []}
        moments={moments}
        tab={tab}
        onTab={(next) =>
          void navigate({ search: (current) => ({ ...current, tab: next }), replace: true })
        }
      />
    </div>
  );
}

/** 0 to 1, the busiest stretch being 1. */
function heatOfActivity(activity: readonly number[]): number[] {
  const most = Math.max(1, ...activity);
  return activity.map((count) => count / most);
}
