// "Why does Jane see this?": what one person gets, decided by the server, taken apart step by step; as the
// flag is stored, or as it would be with the edits that are not saved yet.
import { Button, Collapse, SegmentedControl, Stack, Switch } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Filters } from 'serin/flags/flag';
import { flagTestQuery, type FlagTestQuestion } from '../api/evaluations.ts';
import { useNames } from '../targeting/use-names.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, LoadingRows } from '../ui/states.tsx';
import { Explanation } from './explanation.tsx';
import type { FlagPartProps } from './flag-part.ts';
import styles from './flag-try.module.css';
import { PersonPicker } from './person-picker.tsx';
import { emptyRequest, questionOf, type RequestDraft, requestProblem } from './request-draft.ts';
import { RequestFields } from './request-fields.tsx';
import { useUnsaved } from './unsaved.ts';

/** What is asked, and about which version; kept while people look at other tabs of their own accord. */
function useQuestion() {
  const { person = '' } = useSearch({ from: '/app/feature-flags/$flagId' });
  const navigate = useNavigate({ from: '/feature-flags/$flagId' });
  const [request, setRequest] = useState<RequestDraft>({ ...emptyRequest, distinctId: person });
  const [asked, setAsked] = useState<FlagTestQuestion | null>(() =>
    person === '' ? null : questionOf({ ...emptyRequest, distinctId: person }),
  );
  const ask = (next: RequestDraft) => {
    setRequest(next);
    if (requestProblem(next) !== null) return;
    setAsked(questionOf(next));
    void navigate({
      search: (current) => ({ ...current, person: next.distinctId.trim() }),
      replace: true,
    });
  };
  return { request, asked, setRequest, ask };
}

export function FlagTry({ flag, scope }: FlagPartProps) {
  const unsaved = useUnsaved();
  const [wantsDraft, setWantsDraft] = useState(true);
  const [isAsIfOn, setAsIfOn] = useState(false);
  const question = useQuestion();
  const isDraft = unsaved !== null && wantsDraft;
  return (
    <Section
      title="Try it"
      lead={`What the flag gives one person in ${scope.environment.name}, and why. Nothing is recorded.`}
    >
      <div className={styles.try}>
        <Stack gap="md">
          {unsaved !== null && (
            <SegmentedControl
              aria-label="Which version"
              data={[
                { value: 'draft', label: 'With your unsaved changes' },
                { value: 'stored', label: 'As saved' },
              ]}
              value={isDraft ? 'draft' : 'stored'}
              onChange={(which) => setWantsDraft(which === 'draft')}
            />
          )}
          {!flag.active && !flag.archived && (
            <Switch
              label="As if it were on"
              description="The flag is off, so everyone gets false."
              checked={isAsIfOn}
              onChange={(event) => setAsIfOn(event.currentTarget.checked)}
            />
          )}
          <Who {...question} flag={flag} scope={scope} />
        </Stack>
        <Answer
          flag={flag}
          scope={scope}
          asked={question.asked}
          isDraft={isDraft}
          isAsIfOn={isAsIfOn}
        />
      </div>
    </Section>
  );
}

type WhoProps = FlagPartProps & ReturnType<typeof useQuestion>;

function Who({ flag, scope, request, setRequest, ask }: WhoProps) {
  const [isOpen, setOpen] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(request);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PersonPicker
          scope={scope}
          label="Person"
          description="Search those who are known, or type any distinct id."
          value={request.distinctId}
          onChange={(distinctId) => setRequest({ ...request, distinctId })}
          onChoose={(distinctId) => ask({ ...request, distinctId })}
        />
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={
              <IconChevronRight size={14} className={isOpen ? styles.turned : ''} aria-hidden />
            }
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            What the request brings
          </Button>
        </div>
        <Collapse expanded={isOpen}>
          <RequestFields flag={flag} request={request} onChange={setRequest} />
        </Collapse>
        <div>
          <Button type="submit" disabled={requestProblem(request) !== null}>
            Explain
          </Button>
        </div>
      </Stack>
    </form>
  );
}

type AnswerProps = FlagPartProps & {
  readonly asked: FlagTestQuestion | null;
  readonly isDraft: boolean;
  readonly isAsIfOn: boolean;
};

function Answer({ flag, scope, asked, isDraft, isAsIfOn }: AnswerProps) {
  const unsaved = useUnsaved();
  const names = useNames();
  const { key, filters, bucketing_identifier: bucketing } = (isDraft && unsaved) || {};
  const draft = {
    ...(isAsIfOn && !flag.active ? { active: true } : {}),
    ...(key === undefined ? {} : { key }),
    ...(filters === undefined ? {} : { filters }),
    ...(bucketing === undefined ? {} : { bucketing_identifier: bucketing }),
  };
  const { data, error, isFetching } = useQuery({
    ...flagTestQuery(scope, flag, { distinct_id: '', ...asked, ...draft }),
    enabled: asked !== null,
  });
  if (asked === null) {
    return (
      <EmptyState title="Nobody asked about yet">
        Choose a person to see what they get, set by set and property by property.
      </EmptyState>
    );
  }
  if (error) return <ErrorAlert error={error} />;
  if (!data) return <LoadingRows rows={4} />;
  return (
    <div aria-live="polite" aria-busy={isFetching} className={isFetching ? styles.stale : ''}>
      <Explanation
        test={data}
        filters={(filters ?? flag.filters) as Filters}
        names={names}
        person={asked.distinct_id}
      />
    </div>
  );
}
