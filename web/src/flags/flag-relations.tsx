// Which flags this one needs, all the way down, and which need it: before it is switched off or archived.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Filters } from 'serin/flags/flag';
import { type Flag, flagDependentsQuery, flagsQuery } from '../api/flags.ts';
import { Section } from '../ui/page.tsx';
import styles from './flag-relations.module.css';
import type { FlagPartProps } from './flag-part.ts';
import { type NeededFlag, needsOf } from './needs.ts';

type FlagRelationsProps = FlagPartProps & {
  /** As they are edited. */
  readonly filters: Filters;
};

/** Nothing for a flag that stands alone, as most do. */
export function FlagRelations({ flag, scope, filters }: FlagRelationsProps) {
  const needing = { ...flag, filters };
  const hasNeeds = needsOf(needing, []).length > 0;
  const flags = useQuery({ ...flagsQuery(scope), enabled: hasNeeds });
  const dependents = useQuery(flagDependentsQuery(scope, flag.id));
  const needed = dependents.data ?? [];
  if (!hasNeeds && needed.length === 0) return null;
  return (
    <Section title="Other flags">
      <div className={styles.relations}>
        {hasNeeds && (
          <div>
            <h3 className={styles.head}>It needs</h3>
            <NeedList
              needs={needsOf(needing, flags.data?.results ?? [])}
              isKnown={flags.isSuccess}
            />
          </div>
        )}
        {needed.length > 0 && (
          <div>
            <h3 className={styles.head}>Needed by</h3>
            <ul className={styles.list}>
              {needed.map(({ id, key, need }) => (
                <li key={id}>
                  <FlagLink flagKey={key} />
                  {need === 'kill_switch' && <span className={styles.dim}> as kill switch</span>}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Section>
  );
}

function NeedList({ needs, isKnown }: { needs: readonly NeededFlag<Flag>[]; isKnown: boolean }) {
  return (
    <ul className={styles.list}>
      {needs.map(({ key, flag, need, needs: below }) => (
        <li key={`${need} ${key}`}>
          {flag || !isKnown ? <FlagLink flagKey={key} /> : <code>{key}</code>}
          <span className={styles.dim}>{need === 'kill_switch' ? ' kill switch' : ''}</span>
          {isKnown && <span className={styles.dim}> {stateOf(flag)}</span>}
          {below.length > 0 && <NeedList needs={below} isKnown={isKnown} />}
        </li>
      ))}
    </ul>
  );
}

function stateOf(flag: Flag | undefined): string {
  if (!flag) return 'does not exist here';
  return flag.active ? 'on' : 'off';
}

function FlagLink({ flagKey }: { flagKey: string }) {
  return (
    <Link to="/feature-flags/$flagId" params={{ flagId: flagKey }} className={styles.key}>
      {flagKey}
    </Link>
  );
}
