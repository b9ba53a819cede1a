// What a person may do to a rollout now. Each asks first and keeps the reason.
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowsExchange,
  IconClock,
  IconClockPlus,
  IconEye,
  IconRefresh,
  IconCheck,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { type Move, MoveDialog } from './move-dialog.tsx';
import { COMMANDS } from './rollout-words.ts';
import { type Action, type Rollout, useRolloutAction } from '../api/rollouts.ts';

const ICONS: Record<Action, ReactNode> = {
  start: <IconPlayerPlay size={16} />,
  pause: <IconPlayerPause size={16} />,
  resume: <IconPlayerPlay size={16} />,
  promote: <IconPlayerTrackNext size={16} stroke={1.6} />,
  approve: <IconCheck size={16} />,
  rollback: <IconArrowBackUp size={16} />,
  ack: <IconEye size={16} />,
  extend: <IconClockPlus size={16} />,
  jump: <IconArrowsExchange size={16} />,
  retry: <IconRefresh size={16} />,
  cancel: <IconX size={16} />,
};

/** Those that have a button; the others are in the menu. */
const PRIMARY: readonly Action[] = [
  'start',
  'approve',
  'ack',
  'retry',
  'resume',
  'pause',
  'rollback',
];
/** Those that ask for more than a reason. */
const MOVES: readonly Action[] = ['jump', 'retry', 'extend'] satisfies Move[];
const isMove = (action: Action): action is Action & Move => MOVES.includes(action);

export function RolloutActions({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  const confirm = useConfirm();
  const act = useRolloutAction(scope);
  const [move, setMove] = useState<Move>();
  const give = async (action: Action) => {
    if (isMove(action)) {
      setMove(action);
      return;
    }
    const command = COMMANDS[action];
    const answer = await confirm({ ...command, action: command.label });
    if (!answer) return;
    act.mutate(
      { rollout, action, reason: answer.reason },
      {
        onSuccess: () => toastDone(`${command.label}: done.`),
        onError: (error) => toastError(withAdvice(error)),
      },
    );
  };
  const offered = PRIMARY.filter((action) => rollout.commands.includes(action));
  const others = rollout.commands.filter((action) => !PRIMARY.includes(action));
  return (
    <Group gap="xs">
      {offered.map((action) => (
        <Button
          key={action}
          variant={variantOf(action)}
          color={action === 'rollback' ? 'harm' : 'pine'}
          leftSection={ICONS[action]}
          loading={act.isPending && act.variables.action === action}
          onClick={() => void give(action)}
        >
          {COMMANDS[action].label}
        </Button>
      ))}
      {move && (
        <MoveDialog
          rollout={rollout}
          scope={scope}
          move={move}
          onClose={() => setMove(undefined)}
        />
      )}
      {others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label="More actions">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rollout.state === 'draft' && (
              <Menu.Item leftSection={<IconClock size={16} />} onClick={() => setMove('later')}>
                Start later…
              </Menu.Item>
            )}
            {others.map((action) => (
              <Menu.Item key={action} leftSection={ICONS[action]} onClick={() => void give(action)}>
                {COMMANDS[action].label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

function variantOf(action: Action): string {
  if (action === 'rollback') return 'outline';
  return action === 'pause' ? 'default' : 'filled';
}

/** A command that came too late says so in its own words. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.status !== 409) return error;
  return new ApiError(409, {
    code: error.code,
    detail: 'The rollout has moved on since you opened this. Look at it again, then decide.',
  });
}
