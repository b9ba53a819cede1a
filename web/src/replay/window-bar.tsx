// Above the picture: which tab of the recorded browser is shown, and its address.
import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyField } from '../ui/copy.tsx';
import type { PageVisit } from './recording/digest.ts';
import styles from './replay.module.css';
import { linkable } from './url-words.ts';
import { usePlayer, usePlayState, useTold } from './use-player.ts';

type WindowBarProps = {
  readonly windowIds: readonly string[];
  readonly loadsAssets: boolean;
  readonly onLoadsAssets: (loadsAssets: boolean) => void;
};

export function WindowBar({ windowIds, loadsAssets, onLoadsAssets }: WindowBarProps) {
  return (
    <div className={styles.windowBar}>
      {windowIds.length > 1 && <WindowTabs windowIds={windowIds} />}
      <Address />
      <Tooltip label="Pictures, fonts and styles are then fetched from the recorded site, which learns that somebody looks.">
        <Switch
          size="xs"
          label="Load remote assets"
          checked={loadsAssets}
          onChange={({ currentTarget }) => onLoadsAssets(currentTarget.checked)}
        />
      </Tooltip>
    </div>
  );
}

function WindowTabs({ windowIds }: { windowIds: readonly string[] }) {
  const link = usePlayer();
  const shown = usePlayState((state) => state.windowId);
  const [held, setHeld] = useState<string | null>(null);
  const choose = (windowId: string | null) => {
    setHeld(windowId);
    link.send({ kind: 'window', windowId });
  };
  return (
    <div className={styles.windows} role="group" aria-label="Browser tab">
      {windowIds.map((id, index) => (
        <Button
          key={id}
          size="compact-xs"
          variant={id === shown ? 'light' : 'subtle'}
          color={id === shown ? 'pine' : 'gray'}
          aria-pressed={id === shown}
          onClick={() => choose(id)}
        >
          Tab {index + 1}
        </Button>
      ))}
      <Button
        size="compact-xs"
        variant={held === null ? 'light' : 'subtle'}
        color={held === null ? 'pine' : 'gray'}
        aria-pressed={held === null}
        onClick={() => choose(null)}
      >
        Follow
      </Button>
    </div>
  );
}

/** The visits of a window, by time. */
export function visitsOf(
  digests: readonly { readonly windowId: string; readonly pages: readonly PageVisit[] }[],
  windowId: string,
): PageVisit[] {
  return digests
    .filter((digest) => digest.windowId === windowId)
    .flatMap(({ pages }) => pages)
    .sort((a, b) => a.atMs - b.atMs);
}

function Address() {
  const { digests } = useTold();
  const windowId = usePlayState((state) => state.windowId);
  const visits = visitsOf(digests, windowId);
  const index = usePlayState(({ atMs }) => visits.findLastIndex((visit) => visit.atMs <= atMs));
  const href = (visits[index] ?? visits[0])?.href ?? '';
  return (
    <div className={styles.address}>
      {href !== '' && <CopyField text={href} what="address" />}
      {linkable(href) && (
        <Tooltip label="Open this address">
          <ActionIcon
            component="a"
            href={linkable(href)}
            target="_blank"
            rel="noreferrer noopener"
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Open this address in a new tab"
          >
            <IconExternalLink size={15} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
