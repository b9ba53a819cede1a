// What a person may do to a rollout now. Each asks first, says what will happen, and keeps the reason.
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowsExchange,
  IconCheck,
  IconClock,
  IconClockPlus,
  IconDots,
  IconEye,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Action, type Rollout, useRolloutAction } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { arranged, COMMANDS, confirmed, consequence, riskOf } from './command-words.ts';
import { type Move, MoveDialog } from './move-dialog.tsx';
import { withRisk } from './risk-warning.tsx';
import styles from './rollout.module.css';

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
    const risk = riskOf(action, rollout);
    const answer = await confirm({
      ...command,
      ...(risk ? { tone: 'harm', phrase: risk.phrase } : {}),
      body: withRisk(consequence(action, rollout), risk),
      action: command.label,
    });
    if (!answer) return;
    act.mutate(
      { rollout, action, reason: answer.reason, details: confirmed(risk) },
      {
        onSuccess: () => toastDone(`${command.label}: done.`),
        onError: (error) => toastError(withAdvice(error)),
      },
    );
  };
  const { first, buttons, menu } = arranged(rollout);
  return (
    <Group gap="xs" className={styles.commands}>
      {buttons.map((action) => (
        <Button
          key={action}
          {...lookOf(action, action === first)}
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
      {menu.length > 0 && (
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
            {menu.map((action) => (
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

function lookOf(action: Action, isFirst: boolean) {
  if (action === 'rollback') return { color: 'harm', variant: isFirst ? 'filled' : 'outline' };
  return isFirst ? { color: 'pine', variant: 'filled' } : { variant: 'default' };
}

/** A command that came too late says so in its own words. */
export function withAdvice(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.attr !== 'expected_version') return error;
  return new ApiError(409, {
    code: error.code,
    detail: 'The rollout has moved on since you opened this. Look at it again, then decide.',
  });
}
