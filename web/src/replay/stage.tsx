// The frame that shows the recording, and what is said over it.
import { Button, Loader, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { formatDuration } from '../ui/format.ts';
import styles from './replay.module.css';
import { usePlayer, usePlayState } from './use-player.ts';

type StageProps = {
  /** Pictures, fonts and styles are fetched from the recorded site. */
  readonly loadsAssets: boolean;
  readonly onToggle: () => void;
  /** Shown at the end. */
  readonly upNext: ReactNode;
};

export function Stage({ loadsAssets, onToggle, upNext }: StageProps) {
  const link = usePlayer();
  const disconnect = useRef<() => void>(undefined);
  useEffect(() => () => disconnect.current?.(), []);
  return (
    <div className={styles.stage}>
      <iframe
        key={String(loadsAssets)}
        className={styles.frame}
        title="Recording"
        // It may not open, navigate or ask anything; its own policy keeps the rest in.
        sandbox="allow-scripts allow-same-origin"
        src={loadsAssets ? '/replay-player?assets=remote' : '/replay-player'}
        referrerPolicy="no-referrer"
        tabIndex={-1}
        onLoad={({ currentTarget }) => {
          disconnect.current?.();
          disconnect.current = link.connect(currentTarget);
        }}
      />
      <UnstyledButton className={styles.glass} tabIndex={-1} aria-hidden onClick={onToggle} />
      <Overlay upNext={upNext} />
      <Skipped />
    </div>
  );
}

/** Why time has moved on at once. */
function Skipped() {
  const skippedMs = usePlayState((state) => state.skippedMs);
  return (
    <div role="status">
      {skippedMs > 0 && (
        <p className={styles.chip}>Skipped {formatDuration(skippedMs / 1000)} without activity</p>
      )}
    </div>
  );
}

function Overlay({ upNext }: Pick<StageProps, 'upNext'>) {
  const link = usePlayer();
  const status = usePlayState((state) => state.status);
  const isBlank = usePlayState((state) => state.isBlank);
  if (status === 'failed') {
    return (
      <div className={styles.overlay} role="alert">
        <IconAlertTriangle size={26} aria-hidden />
        <p>This part of the recording could not be loaded.</p>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          onClick={() => link.send({ kind: 'retry' })}
        >
          Try again
        </Button>
      </div>
    );
  }
  if (status === 'loading') {
    return (
      <div className={styles.overlay} data-plain role="status" aria-label="Loading the recording">
        <Loader size={30} />
      </div>
    );
  }
  if (isBlank) {
    return (
      <div className={styles.overlay} role="status">
        <p>Nothing of this tab can be shown: its first picture never arrived.</p>
      </div>
    );
  }
  if (status === 'waiting') {
    return (
      <p className={styles.chip} role="status">
        Live: waiting for what happens next
      </p>
    );
  }
  if (status !== 'ended') return null;
  return (
    <div className={styles.after}>
      <Button
        leftSection={<IconPlayerPlayFilled size={16} />}
        onClick={() => link.send({ kind: 'play' })}
      >
        Play again
      </Button>
      {upNext}
    </div>
  );
}
