// The switch of a flag, and what is done rarely.
import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDots, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import type { Scope } from '../api/session.ts';
import { MonitorButton } from '../dashboards/monitor-button.tsx';
import { InsightsLink } from '../insights/insights-link.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone } from '../ui/toast.ts';
import { FlagSwitch } from './flag-switch.tsx';
import type { Flag } from '../api/flags.ts';
import { RollOut } from './roll-out.tsx';
import { useGuardedUpdate } from './use-guarded-update.ts';

export function FlagActions({ flag, scope }: { flag: Flag; scope: Scope }) {
  const confirm = useConfirm();
  const update = useGuardedUpdate(scope);
  const [isRollingOut, setRollingOut] = useState(false);
  const setArchived = async (archived: boolean) => {
    const answer = archived
      ? await confirm({
          title: `Archive ${flag.key}?`,
          body: 'SDKs no longer get it in any environment, so code that still asks gets false. It can be brought back.',
          action: 'Archive',
          tone: 'harm',
        })
      : { reason: '' };
    if (!answer) return;
    const change = { id: flag.id, archived, version: flag.version };
    const title = archived ? `Archive ${flag.key}` : `Bring ${flag.key} back from the archive`;
    await update.save(change, title, ({ key }) =>
      toastDone(`${key} is ${archived ? 'archived' : 'back'}.`),
    );
  };
  return (
    <Group gap="sm">
      {!flag.archived && (
        <Group gap={8}>
          <Text size="sm" c="dimmed">
            {scope.environment.name}
          </Text>
          <FlagSwitch flag={flag} scope={scope} size="md" />
        </Group>
      )}
      <InsightsLink flagKey={flag.key} since={flag.updated_at} />
      <MonitorButton scope={scope} flagKey={flag.key} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {flag.archived ? (
            <Menu.Item
              leftSection={<IconArchiveOff size={16} stroke={1.6} />}
              onClick={() => void setArchived(false)}
            >
              Bring back
            </Menu.Item>
          ) : (
            <>
              <Menu.Item
                leftSection={<IconUsersGroup size={16} stroke={1.6} />}
                onClick={() => setRollingOut(true)}
              >
                Give it to everyone…
              </Menu.Item>
              <Menu.Item
                leftSection={<IconArchive size={16} stroke={1.6} />}
                onClick={() => void setArchived(true)}
              >
                Archive
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <RollOut
        flag={flag}
        scope={scope}
        isOpen={isRollingOut}
        onClose={() => setRollingOut(false)}
      />
    </Group>
  );
}
