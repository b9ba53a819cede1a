// Two versions of a flag side by side: in words, and as JSON.
import { Stack, Text } from '@mantine/core';
import type { FlagVersion } from '../api/flag-upkeep.ts';
import { useNames } from '../targeting/use-names.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { JsonDiff } from '../ui/json-diff.tsx';
import { ChangeList } from './change-list.tsx';
import { versionChanges } from './version-words.ts';

type VersionCompareProps = {
  readonly before: FlagVersion;
  readonly after: FlagVersion;
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

export function VersionCompare({ before, after, isOpen, onClose }: VersionCompareProps) {
  const changes = versionChanges(before.flag, after.flag, useNames());
  return (
    <SideDialog
      opened={isOpen}
      onClose={onClose}
      position="right"
      size="lg"
      title={`From version ${before.version} to version ${after.version}`}
    >
      <Stack gap="md">
        {changes.length > 0 ? (
          <ChangeList changes={changes} />
        ) : (
          <Text c="dimmed">Both say the same.</Text>
        )}
        <JsonDiff before={before.flag} after={after.flag} />
      </Stack>
    </SideDialog>
  );
}
