// Every version of the flag: who made it, what it changed, why. Any two are compared, any one is brought back.
import { Button, Checkbox, Stack } from '@mantine/core';
import { IconArrowBackUp, IconGitCompare } from '@tabler/icons-react';
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type FlagVersion, versionsQuery } from '../api/flag-upkeep.ts';
import { useNames } from '../targeting/use-names.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Section } from '../ui/page.tsx';
import { ErrorState, LoadingRows } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { ChangeList } from './change-list.tsx';
import type { FilterChange } from './filter-changes.ts';
import type { FlagPartProps } from './flag-part.ts';
import styles from './flags.module.css';
import { mustBeProposed, ProtectedNotice } from '../changes/waiting-actions.tsx';
import { restoringChange, useAskedPress } from './use-press.ts';
import { VersionCompare } from './version-compare.tsx';
import { afterRestore, versionChanges, versionTitle } from './version-words.ts';

/** Two versions are compared at a time; a third one takes the place of the older choice. */
const COMPARED = 2;

export function FlagHistory({ flag, scope }: FlagPartProps) {
  const query = useInfiniteQuery(versionsQuery(scope, flag));
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [isComparing, setComparing] = useState(false);
  const versions = query.data?.pages.flatMap(({ results }) => results) ?? [];
  const wanted = useWanted(query, versions);
  const [newer, older] = versions.filter(({ version }) => chosen.includes(version));
  const choose = (version: number, isChosen: boolean) =>
    setChosen(
      isChosen
        ? [...chosen, version].slice(-COMPARED)
        : chosen.filter((other) => other !== version),
    );
  return (
    <Section
      title="History"
      lead={`Every version in ${scope.environment.name}, newest first. Choose two to compare them.`}
      actions={
        <Button
          variant="default"
          leftSection={<IconGitCompare size={16} stroke={1.7} />}
          disabled={!newer || !older}
          onClick={() => setComparing(true)}
        >
          Compare
        </Button>
      }
      flush
    >
      {query.isPending && <LoadingRows />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      <ol className={styles.history} aria-label="Versions">
        {versions.map((version, index) => (
          <Version
            key={version.version}
            flag={flag}
            scope={scope}
            version={version}
            before={versions[index + 1]}
            current={versions[0]}
            isWanted={version.version === wanted}
            isChosen={chosen.includes(version.version)}
            onChoose={(isChosen) => choose(version.version, isChosen)}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <div className={styles.entry}>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Older versions
          </Button>
        </div>
      )}
      {newer && older && (
        <VersionCompare
          before={older}
          after={newer}
          isOpen={isComparing}
          onClose={() => setComparing(false)}
        />
      )}
    </Section>
  );
}

type VersionsQuery = Pick<
  UseInfiniteQueryResult,
  'hasNextPage' | 'isFetchingNextPage' | 'isError' | 'fetchNextPage'
>;

/** The version that the address names; older pages are loaded until it is there. */
function useWanted(query: VersionsQuery, versions: readonly FlagVersion[]): number | undefined {
  const { version: named } = useSearch({ from: '/app/feature-flags/$flagId' });
  const wanted = named === undefined ? undefined : Number(named);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  const oldest = versions.at(-1)?.version ?? -Infinity;
  const isMissing = wanted !== undefined && wanted < oldest;
  useEffect(() => {
    if (isMissing && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [isMissing, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return wanted;
}

type VersionProps = FlagPartProps & {
  readonly version: FlagVersion;
  /** The one before it, as far as it is loaded. */
  readonly before: FlagVersion | undefined;
  readonly current: FlagVersion | undefined;
  /** What the address asks for. */
  readonly isWanted: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
};

function Version(props: VersionProps) {
  const { flag, scope, version, before, current, isWanted, isChosen, onChoose } = props;
  const names = useNames();
  const restore = useRestore({ flag, scope }, version, current);
  const entry = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isWanted) entry.current?.focus();
  }, [isWanted]);
  return (
    <li
      ref={entry}
      className={styles.entry}
      data-wanted={isWanted}
      aria-current={isWanted || undefined}
      tabIndex={isWanted ? -1 : undefined}
    >
      <div className={styles.entryHead}>
        <Checkbox
          size="xs"
          checked={isChosen}
          aria-label={`Compare version ${version.version}`}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
        <strong>{versionTitle(version.action)}</strong>
        <span className={styles.dim}>
          {version.actor && `${version.actor.label} · `}
          <Time at={version.created_at} /> · version {version.version}
        </span>
        {!version.is_current && !flag.archived && (
          <span className={styles.entryActions}>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconArrowBackUp size={15} stroke={1.7} />}
              aria-label={`Restore version ${version.version}`}
              loading={restore.isPending}
              onClick={() => void restore.ask()}
            >
              Restore
            </Button>
          </span>
        )}
      </div>
      {version.reason && <p className={styles.reason}>{version.reason}</p>}
      {before && (
        <div className={styles.entryChanges}>
          <ChangeList changes={versionChanges(before.flag, version.flag, names)} />
        </div>
      )}
    </li>
  );
}

function useRestore(
  { flag, scope }: FlagPartProps,
  version: FlagVersion,
  current: FlagVersion | undefined,
) {
  const confirm = useConfirm();
  const names = useNames();
  const { send, isPending } = useAskedPress({ flag, scope });
  const ask = async () => {
    if (!current) return;
    const after = afterRestore(current.flag, version.flag);
    const changes = versionChanges(current.flag, after, names);
    const number = version.version;
    const change = restoringChange(flag, version.flag);
    const isProposed = changes.length > 0 && mustBeProposed(scope, change);
    const { require_reason: asksWhy } = scope.environment.protection;
    const answer = await confirm({
      title: `Restore version ${number} in ${scope.environment.name}?`,
      body: (
        <Restored changes={changes}>{isProposed && <ProtectedNotice scope={scope} />}</Restored>
      ),
      action: isProposed ? 'Propose…' : 'Restore',
      reason: asksWhy && !isProposed ? 'required' : 'optional',
    });
    if (!answer) return;
    const body = { version: flag.version, ...(answer.reason ? { reason: answer.reason } : {}) };
    await send({
      press: { kind: 'restore', version: number, body },
      done: `Version ${number} of ${flag.key} is restored.`,
      title: `Restore version ${number} of ${flag.key}`,
      change,
    });
  };
  return { ask, isPending };
}

type RestoredProps = { readonly changes: readonly FilterChange[]; readonly children: ReactNode };

/** What a restored version changes. */
function Restored({ changes, children }: RestoredProps) {
  return (
    <Stack gap="md">
      {children}
      {changes.length > 0 ? (
        <ChangeList changes={changes} />
      ) : (
        'It answers exactly as the flag does now: nothing would change.'
      )}
    </Stack>
  );
}
