// Gives the flag to everyone in one press: which variant, if there are several, and why.
import { Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { FlagPartProps } from './flag-part.ts';
import { useAskedPress } from './use-press.ts';

type RollOutProps = FlagPartProps & {
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

export function RollOut(props: RollOutProps) {
  const { flag, scope, isOpen, onClose } = props;
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Give ${flag.key} to everyone in ${scope.environment.name}?`}
      size="md"
    >
      <RollOutForm {...props} />
    </Modal>
  );
}

function RollOutForm({ flag, scope, onClose }: RollOutProps) {
  const variants = flag.filters.multivariate?.variants ?? [];
  const [variant, setVariant] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const { send, isPending } = useAskedPress({ flag, scope });
  const needsVariant = variants.length > 0;
  const submit = async () => {
    const body = {
      ...(needsVariant ? { variant } : {}),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
      version: flag.version,
    };
    if (await send({ kind: 'roll_out', body }, `Everyone gets ${flag.key}.`)) onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="md">
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
        <Textarea
          label="Reason"
          description="Kept in the history, for whoever looks at this later."
          placeholder="Optional"
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={needsVariant && variant === null}>
            Give it to everyone
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
