// The flags of a bulk change that were left as they are: why, and what can be done for them. Those that need
// more are tried again with it or proposed to others, each for itself.
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ReasonInput } from '../ui/reason-input.tsx';
import { joinWords } from '../ui/format.ts';
import { type BulkOutcome, type Refused, refusedBy } from './bulk-outcome.ts';
import styles from './flags.module.css';
import { type Bulk, flagsOf } from './use-bulk.ts';

/** Within a column. */
const OWN_WIDTH = { alignSelf: 'flex-start' };

type BulkRestProps = { readonly scope: Scope; readonly bulk: Bulk };

export function BulkRest({ scope, bulk }: BulkRestProps) {
  const { outcome, close } = bulk;
  const count = outcome?.refused.length ?? 0;
  const title =
    count > 0
      ? `${flagsOf(count)} ${count === 1 ? 'is' : 'are'} left as before`
      : 'Nothing is left to do';
  return (
    <Dialog opened={outcome !== null} onClose={close} title={title} size="lg">
      {outcome && <Rest scope={scope} bulk={bulk} outcome={outcome} />}
    </Dialog>
  );
}

type RestProps = BulkRestProps & { readonly outcome: BulkOutcome };

function Rest(props: RestProps) {
  const { outcome, bulk } = props;
  const { changed, proposed } = outcome;
  return (
    <Stack gap="lg">
      {changed > 0 && <Text c="dimmed">{flagsOf(changed)} changed.</Text>}
      <Needed {...props} />
      <Unreasoned {...props} />
      <Unapproved {...props} />
      <Refusals title="Not possible" flags={refusedBy(outcome, null)} says={(one) => one.detail} />
      {proposed.length > 0 && (
        <Part title="Waits for approval">
          {proposed.map(({ id, key, request }) => (
            <Row key={id} id={id} flag={key}>
              <Link to="/changes/$number" params={{ number: String(request) }}>
                Request {request}
              </Link>
            </Row>
          ))}
        </Part>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={bulk.close}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

function Needed({ outcome, bulk }: RestProps) {
  const flags = refusedBy(outcome, 'force');
  const saysWho = ({ dependents, detail }: Refused) =>
    dependents.length > 0 ? `needed by ${joinWords(dependents)}` : detail;
  return (
    <Refusals title="Other flags need them" flags={flags} says={saysWho}>
      <Button
        style={OWN_WIDTH}
        color="harm"
        loading={bulk.isPending}
        onClick={() => void bulk.retry(outcome, flags, { force: true })}
      >
        Do it anyway
      </Button>
    </Refusals>
  );
}

function Unreasoned({ outcome, bulk }: RestProps) {
  const [reason, setReason] = useState('');
  const flags = refusedBy(outcome, 'reason');
  return (
    <Refusals title="A reason is asked for" flags={flags} says={(one) => one.detail}>
      <ReasonInput isRequired value={reason} onChange={setReason} />
      <Button
        style={OWN_WIDTH}
        loading={bulk.isPending}
        disabled={reason.trim() === ''}
        onClick={() => void bulk.retry(outcome, flags, { reason: reason.trim() })}
      >
        Do it with this reason
      </Button>
    </Refusals>
  );
}

function Unapproved({ outcome, bulk }: RestProps) {
  const [why, setWhy] = useState(outcome.action.reason ?? '');
  const flags = refusedBy(outcome, 'approval');
  return (
    <Refusals title="Others must approve" flags={flags} says={() => 'can be proposed'}>
      <Textarea
        label="Why"
        description="For whoever judges it."
        autosize
        minRows={2}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Button
        style={OWN_WIDTH}
        loading={bulk.isPending}
        onClick={() => void bulk.proposeEach(outcome, flags, why.trim())}
      >
        Propose {flags.length === 1 ? 'this change' : 'these changes'}
      </Button>
    </Refusals>
  );
}

type RefusalsProps = {
  readonly title: string;
  readonly flags: readonly Refused[];
  readonly says: (refused: Refused) => string;
  /** What can be done. */
  readonly children?: ReactNode;
};

/** Nothing at all where there is no such refusal. */
function Refusals({ title, flags, says, children }: RefusalsProps) {
  if (flags.length === 0) return null;
  return (
    <Part title={title} action={children}>
      {flags.map((refused) => (
        <Row key={refused.id} id={refused.id} flag={refused.key ?? String(refused.id)}>
          {says(refused)}
        </Row>
      ))}
    </Part>
  );
}

type PartProps = {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
};

function Part({ title, action, children }: PartProps) {
  return (
    <section aria-label={title}>
      <Stack gap="sm">
        <Text component="h3" fw={560}>
          {title}
        </Text>
        <ul className={styles.refusals}>{children}</ul>
        {action && (
          <Stack gap="sm" align="stretch">
            {action}
          </Stack>
        )}
      </Stack>
    </section>
  );
}

type RowProps = { readonly id: number; readonly flag: string; readonly children: ReactNode };

function Row({ id, flag, children }: RowProps) {
  return (
    <li className={styles.refusal}>
      <Link to="/feature-flags/$flagId" params={{ flagId: String(id) }}>
        <code>{flag}</code>
      </Link>
      <span>{children}</span>
    </li>
  );
}
