// Gives the flag to everyone in one press: which variant, if there are several, and why.
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { forEveryone } from 'serin/flags/everyone';
import type { Filters } from 'serin/flags/flag';
import type { FlagChange } from '../api/flags.ts';
import { mustBeProposed, ProtectedNotice } from '../changes/waiting-actions.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ReasonInput } from '../ui/reason-input.tsx';
import type { FlagPartProps } from './flag-part.ts';
import { useAskedPress } from './use-press.ts';

type RollOutProps = FlagPartProps & {
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

export function RollOut(props: RollOutProps) {
  const { flag, scope, isOpen, onClose } = props;
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title={`Give ${flag.key} to everyone in ${scope.environment.name}?`}
      size="md"
    >
      <RollOutForm {...props} />
    </Dialog>
  );
}

function RollOutForm({ flag, scope, onClose }: RollOutProps) {
  const variants = flag.filters.multivariate?.variants ?? [];
  const [variant, setVariant] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const { send, isPending } = useAskedPress({ flag, scope });
  const needsVariant = variants.length > 0;
  const change = {
    active: true,
    filters: forEveryone(flag.filters as Filters, variant),
    version: flag.version,
  } as FlagChange;
  const isProposed = mustBeProposed(scope, change);
  const submit = async () => {
    const body = {
      ...(needsVariant ? { variant } : {}),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
      version: flag.version,
    };
    const done = `Everyone gets ${flag.key}.`;
    const title = `Give ${flag.key} to everyone`;
    const isDone = await send({ press: { kind: 'roll_out', body }, done, title, change });
    if (isDone || isProposed) onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="md">
        {isProposed && <ProtectedNotice scope={scope} />}
        <Text>
          It is switched on, and one set takes everyone in. The targeting of now stays in the
          history, from where one press brings it back.
        </Text>
        {needsVariant && (
          <Radio.Group label="What everyone gets" value={variant ?? ''} onChange={setVariant}>
            <Stack gap={8} mt={6}>
              {variants.map(({ key, name }) => (
                <Radio key={key} value={key} label={name ? `${key} (${name})` : key} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <ReasonInput
          isRequired={scope.environment.protection.require_reason && !isProposed}
          value={reason}
          onChange={setReason}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={needsVariant && variant === null}>
            {isProposed ? 'Propose…' : 'Give it to everyone'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
