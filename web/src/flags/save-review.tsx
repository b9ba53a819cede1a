// Shows a change before it is saved: in words and as JSON, what else moves the flag, and asks why. Loaded
// when the first change is reviewed.
import { Alert, Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type FlagChange, flagDependentsQuery } from '../api/flags.ts';
import { mustBeProposed, ProtectedNotice, WaitingActions } from '../changes/waiting-actions.tsx';
import { useNames } from '../targeting/use-names.ts';
import { SideDialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { joinWords, plural } from '../ui/format.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { JsonDiff } from '../ui/json-diff.tsx';
import { ChangeList } from './change-list.tsx';
import type { EditedFlag } from './draft.ts';
import { flagChanges, type Review } from './flag-changes.ts';
import type { FlagPartProps } from './flag-part.ts';
import { changedWords } from './reach-words.ts';
import { RolloutNotice } from './rollout-notice.tsx';
import { useReachOf } from './use-reach.ts';

type SaveReviewProps = FlagPartProps & {
  readonly review: Review;
  readonly isOpen: boolean;
  readonly isSaving: boolean;
  readonly error: unknown;
  /** What is saved. */
  readonly change: FlagChange;
  readonly onSave: (reason: string) => void;
  /** The change waits now: it was proposed or planned instead. */
  readonly onWaiting: () => void;
  readonly onClose: () => void;
};

export function SaveReview(props: SaveReviewProps) {
  const { scope, isOpen, onClose } = props;
  return (
    <SideDialog
      opened={isOpen}
      onClose={onClose}
      position="right"
      size="lg"
      title={`Save for ${scope.environment.name}?`}
    >
      <ReviewForm {...props} />
    </SideDialog>
  );
}

function ReviewForm(props: SaveReviewProps) {
  const { flag, scope, review, isSaving, error, change, onSave, onClose } = props;
  const [reason, setReason] = useState('');
  const isProposed = mustBeProposed(scope, change);
  const isReasonRequired = scope.environment.protection.require_reason;
  const names = useNames();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(reason.trim());
      }}
    >
      <Stack gap="md">
        {isProposed && <ProtectedNotice scope={scope} />}
        <RolloutNotice flag={flag} scope={scope} />
        {!flag.active && (
          <Text c="dimmed">The flag is off: nobody notices until it is switched on.</Text>
        )}
        <Affected flag={flag} scope={scope} />
        <Impact />
        <ChangeList changes={flagChanges(review.before, review.after, names)} />
        <AsJson review={review} />
        <ReasonInput
          isRequired={isReasonRequired && !isProposed}
          value={reason}
          error={errorAt(error, 'reason')}
          onChange={setReason}
        />
        <ErrorAlert error={errorElsewhere(error, ['reason'])} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <WaitingActions
            flag={flag}
            scope={scope}
            change={change}
            reason={reason.trim()}
            onDone={() => {
              onClose();
              props.onWaiting();
            }}
          />
          {!isProposed && (
            <Button type="submit" loading={isSaving} data-autofocus>
              Save
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** For how many known people something changes; nothing where that is not known. */
function Impact() {
  const reach = useReachOf();
  const { preview, isStale } = reach ?? {};
  if (!preview?.changes || isStale || preview.people === 0) return null;
  const words = changedWords(preview.changes, preview.is_estimate);
  const known = plural(preview.people, 'known person', 'known people');
  return (
    <Text>
      {words === null ? `Nothing changes for the ${known}.` : `Of the ${known}, ${words}.`}
    </Text>
  );
}

/** Other flags that ask for this one: what they give may change with it. */
function Affected({ flag, scope }: FlagPartProps) {
  const { data = [] } = useQuery(flagDependentsQuery(scope, flag.id));
  if (data.length === 0) return null;
  return (
    <Alert
      color="watch"
      icon={<IconAlertTriangle size={18} />}
      title="Other flags ask for this one"
    >
      What they give may change with it: {joinWords(data.map(({ key }) => key))}.
    </Alert>
  );
}

function AsJson({ review: { before, after } }: { review: Review }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconCode size={15} />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        As JSON
      </Button>
      <Collapse expanded={isOpen}>
        {isOpen && <JsonDiff before={jsonOf(before)} after={jsonOf(after)} />}
      </Collapse>
    </div>
  );
}

/** What is sent, in the words of the API. */
function jsonOf(flag: EditedFlag) {
  return {
    key: flag.key,
    name: flag.name,
    evaluation_runtime: flag.evaluation_runtime,
    evaluation_contexts: flag.evaluation_contexts,
    bucketing_identifier: flag.bucketing_identifier,
    value_type: flag.value_type,
    value_source: flag.value_source,
    filters: flag.filters,
  };
}
