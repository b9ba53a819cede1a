// What can be done to the chosen flags.
import { Button, Menu } from '@mantine/core';
import { IconChevronUp } from '@tabler/icons-react';
import { useState } from 'react';
import type { BulkBody } from '../api/flag-list.ts';
import type { Scope } from '../api/session.ts';
import { ChosenBar } from '../ui/chosen-bar.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { formatNumber } from '../ui/format.ts';
import { BulkAsk, type BulkQuestion } from './bulk-ask.tsx';
import type { BulkAction } from './bulk-outcome.ts';
import { BulkRest } from './bulk-rest.tsx';
import { flagsOf, useBulk } from './use-bulk.ts';
import { type FlagSelection, MAX_SELECTED } from './use-flag-selection.ts';

type BulkBarProps = {
  readonly scope: Scope;
  readonly selection: FlagSelection;
  /** Exactly the flags on this page are chosen. */
  readonly isPage: boolean;
};

type Action = BulkBody['action'];

const QUESTIONS: Partial<Record<Action, { verb: string; body: string; isHarm: boolean }>> = {
  switch_on: { verb: 'Switch on', body: 'Each goes to whoever its targeting says.', isHarm: false },
  switch_off: {
    verb: 'Switch off',
    body: 'Everyone gets false from the next evaluation on.',
    isHarm: true,
  },
  archive: {
    verb: 'Archive',
    body: 'SDKs no longer get them in any environment. They can be brought back.',
    isHarm: true,
  },
  delete: {
    verb: 'Delete',
    body: 'They are gone in every environment, and code that asks gets false.',
    isHarm: true,
  },
};

export function BulkBar({ scope, selection, isPage }: BulkBarProps) {
  const [question, setQuestion] = useState<BulkQuestion | null>(null);
  const bulk = useBulk(scope);
  const send = async (action: BulkAction): Promise<void> => {
    if (await bulk.start(selection.which, action)) selection.clear();
  };
  const ask = useAsk(scope, selection, send);
  const { isPending } = bulk;
  const { size, matching } = selection;
  return (
    <>
      {size > 0 && (
        <ChosenBar
          label="Chosen flags"
          count={flagsOf(size)}
          onClear={selection.clear}
          more={
            isPage &&
            !selection.isAll &&
            matching > size &&
            matching <= MAX_SELECTED && (
              <Button variant="subtle" size="compact-sm" onClick={selection.selectAll}>
                Choose all {formatNumber(matching)}
              </Button>
            )
          }
        >
          <Button
            variant="default"
            size="compact-sm"
            disabled={isPending}
            onClick={() => void ask('switch_on')}
          >
            Switch on
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            disabled={isPending}
            onClick={() => void ask('switch_off')}
          >
            Switch off
          </Button>
          <MoreActions isDisabled={isPending} onAsk={ask} onQuestion={setQuestion} />
        </ChosenBar>
      )}
      <BulkAsk
        scope={scope}
        question={question}
        count={size}
        onClose={() => setQuestion(null)}
        onAnswer={(body) => void send(body)}
      />
      <BulkRest scope={scope} bulk={bulk} />
    </>
  );
}

type MoreActionsProps = {
  readonly isDisabled: boolean;
  readonly onAsk: (action: Action) => Promise<void>;
  readonly onQuestion: (question: BulkQuestion) => void;
};

function MoreActions({ isDisabled, onAsk, onQuestion }: MoreActionsProps) {
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          disabled={isDisabled}
          rightSection={<IconChevronUp size={14} />}
        >
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onQuestion('add_tags')}>Add tags…</Menu.Item>
        <Menu.Item onClick={() => onQuestion('remove_tags')}>Take tags away…</Menu.Item>
        <Menu.Item onClick={() => onQuestion('set_owner')}>Set the owner…</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void onAsk('archive')}>Archive</Menu.Item>
        <Menu.Item onClick={() => void onAsk('unarchive')}>Bring back from the archive</Menu.Item>
        <Menu.Item color="var(--s-harm)" onClick={() => void onAsk('delete')}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Asks before what is not taken back lightly; where a reason is needed anyway, at once for that. */
function useAsk(scope: Scope, selection: FlagSelection, send: (body: BulkAction) => Promise<void>) {
  const confirm = useConfirm();
  const { require_reason: asksWhy } = scope.environment.protection;
  return async (action: Action): Promise<void> => {
    const words = QUESTIONS[action];
    const answer = words
      ? await confirm({
          title: `${words.verb} ${flagsOf(selection.size)} in ${scope.environment.name}?`,
          body: words.body,
          action: words.verb,
          tone: words.isHarm ? 'harm' : 'pine',
          reason: asksWhy ? 'required' : 'optional',
        })
      : { reason: '' };
    if (!answer) return;
    await send({ action, ...(answer.reason ? { reason: answer.reason } : {}) });
  };
}
