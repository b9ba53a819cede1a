// The row below the time line: play, jump, speed, pauses, sharing, full screen.
import { Button, Menu, Switch } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconCheck,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNextFilled,
  IconRewindBackward10,
  IconRewindBackward5,
  IconRewindForward10,
  IconRewindForward5,
  IconShare2,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IconAction } from '../ui/icon-action.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { PlayerActions } from './player-actions.ts';
import { formatClock, SPEEDS } from './recording/clock.ts';
import styles from './replay.module.css';
import { useEndMs, usePlayer, usePlayState } from './use-player.ts';

const JUMPS = [
  { label: 'Back 10 seconds', direction: -1, seconds: 10, Icon: IconRewindBackward10 },
  { label: 'Back 5 seconds', direction: -1, seconds: 5, Icon: IconRewindBackward5 },
  { label: 'Forward 5 seconds', direction: 1, seconds: 5, Icon: IconRewindForward5 },
  { label: 'Forward 10 seconds', direction: 1, seconds: 10, Icon: IconRewindForward10 },
] as const;

type ControlsProps = {
  readonly actions: PlayerActions;
  readonly speed: number;
  readonly skipsPauses: boolean;
  readonly isOngoing: boolean;
  readonly isFull: boolean;
};

export function Controls({ actions, speed, skipsPauses, isOngoing, isFull }: ControlsProps) {
  const status = usePlayState((state) => state.status);
  const isPlaying = status === 'playing' || status === 'waiting';
  return (
    <div className={styles.controls}>
      <IconAction label={isPlaying ? 'Pause' : 'Play'} size={30} onClick={actions.toggle}>
        {isPlaying ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
      </IconAction>
      {JUMPS.map(({ label, direction, seconds, Icon }) => (
        <IconAction
          key={label}
          label={label}
          size={30}
          onClick={() => actions.jump(direction, seconds)}
        >
          <Icon size={20} stroke={1.7} />
        </IconAction>
      ))}
      <IconAction label="Next error" size={30} onClick={() => actions.nextError(1)}>
        <IconPlayerTrackNextFilled size={18} />
      </IconAction>
      <ClockText />
      {isOngoing && (
        <Button variant="subtle" size="compact-sm" onClick={actions.goLive}>
          <StatusBadge tone="harm" live>
            Live
          </StatusBadge>
        </Button>
      )}
      <span className={styles.grow} />
      <Switch
        size="xs"
        label="Skip inactivity"
        checked={skipsPauses}
        onChange={({ currentTarget }) => actions.setSkipsPauses(currentTarget.checked)}
      />
      <SpeedMenu speed={speed} onChoose={actions.setSpeed} />
      <IconAction label="Copy link at this time" size={30} onClick={actions.share}>
        <IconShare2 size={18} stroke={1.7} />
      </IconAction>
      <IconAction
        label={isFull ? 'Leave full screen' : 'Full screen'}
        size={30}
        onClick={actions.fullScreen}
      >
        {isFull ? (
          <IconArrowsMinimize size={18} stroke={1.7} />
        ) : (
          <IconArrowsMaximize size={18} stroke={1.7} />
        )}
      </IconAction>
    </div>
  );
}

function ClockText() {
  const link = usePlayer();
  const seconds = usePlayState(({ atMs }) => Math.floor((atMs - link.startMs) / 1000));
  const lengthMs = useEndMs() - link.startMs;
  return (
    <span className={styles.clock}>
      {formatClock(seconds * 1000)} <span className={styles.dim}>/ {formatClock(lengthMs)}</span>
    </span>
  );
}

type SpeedMenuProps = { readonly speed: number; readonly onChoose: (speed: number) => void };

function SpeedMenu({ speed, onChoose }: SpeedMenuProps): ReactNode {
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" aria-label={`Speed: ${speed} ×`}>
          {speed} ×
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {SPEEDS.map((choice) => (
          <Menu.Item
            key={choice}
            rightSection={choice === speed ? <IconCheck size={15} /> : null}
            onClick={() => onChoose(choice)}
          >
            {choice} ×
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
