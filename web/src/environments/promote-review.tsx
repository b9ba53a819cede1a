// Shows exactly what taking flags over will change, asks why, and does it.
import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { comparisonQuery, type FlagComparison, type Part } from '../api/environments.ts';
import { ChangeList } from '../flags/change-list.tsx';
import { useNames } from '../targeting/use-names.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { plural } from '../ui/format.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { ErrorState, LoadingRows } from '../ui/states.tsx';
import styles from './environments.module.css';
import type { PromoteProps } from './promote-props.ts';
import { approvalWords } from './protection-words.ts';
import { servedChanges, useTakeOver } from './take-over.ts';

type ReviewProps = PromoteProps & {
  readonly parts: readonly Part[];
  readonly onClose: () => void;
};

export function PromoteReview(props: ReviewProps) {
  const { scope, from, to, chosen, parts, onClose } = props;
  const pair = { from: from.key, to: to.key };
  const looks = useQueries({
    queries: chosen.map(({ id, parts: differing }) =>
      comparisonQuery(
        scope,
        pair,
        id,
        differing.filter((part) => parts.includes(part)),
      ),
    ),
  });
  const failed = looks.find(({ isError }) => isError);
  const flags = looks.flatMap(({ data }) => (data ? [data] : []));
  return (
    <SideDialog
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={`Take over from ${from.name} to ${to.name}?`}
    >
      {failed ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      ) : flags.length < chosen.length ? (
        <LoadingRows rows={4} />
      ) : (
        <ReviewForm {...props} flags={flags} />
      )}
    </SideDialog>
  );
}

function ReviewForm(props: ReviewProps & { readonly flags: readonly FlagComparison[] }) {
  const { to, flags, onClose } = props;
  const [reason, setReason] = useState('');
  const [isDespite, setDespite] = useState(false);
  const onDone = () => {
    props.onDone();
    onClose();
  };
  const { takeOver, proposeIt, isPending, error } = useTakeOver({ ...props, onDone });
  const isProposed = to.protection.required_approvals > 0;
  const underRollout = isProposed ? 0 : flags.filter((flag) => flag.rollout_id !== null).length;
  const isBlocked =
    flags.some((flag) => flag.obstacle !== null) || (underRollout > 0 && !isDespite);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isProposed) proposeIt(reason.trim());
        else takeOver(reason.trim(), isDespite);
      }}
    >
      <Stack gap="lg">
        {isProposed && (
          <Alert color="info" title={`${to.name} is protected`}>
            {approvalWords(to.name, to.protection.required_approvals)}
          </Alert>
        )}
        {flags.map((flag) => (
          <FlagChange key={flag.id} flag={flag} />
        ))}
        <Text size="sm" c="dimmed">
          Not taken over: overrides of single people, and who is in static cohorts. Key, description
          and tags are the same everywhere.
        </Text>
        {underRollout > 0 && (
          <Checkbox
            label={`Also ${plural(underRollout, 'flag', 'flags')} that a rollout moves in ${to.name}; it then pauses and asks what to do`}
            checked={isDespite}
            onChange={(event) => setDespite(event.currentTarget.checked)}
          />
        )}
        <ReasonInput
          isRequired={to.protection.require_reason}
          value={reason}
          onChange={setReason}
        />
        <ErrorAlert error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={isBlocked}>
            {isProposed ? 'Propose' : 'Take over'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FlagChange({ flag: { key, to, after, obstacle } }: { flag: FlagComparison }) {
  const names = useNames();
  return (
    <div>
      <p className={styles.subhead}>{key}</p>
      {obstacle !== null && (
        <Alert color="harm" variant="light">
          {obstacle}
        </Alert>
      )}
      {after && <ChangeList changes={servedChanges(to, after, names)} />}
    </div>
  );
}
