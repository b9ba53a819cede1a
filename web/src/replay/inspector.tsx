// Beside the picture: what happened, console, network, flags, and facts of the session.
import { Tabs } from '@mantine/core';
import { useMemo } from 'react';
import type { EventRow } from '../api/events.ts';
import type { RecordingDetail } from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { TabList } from '../ui/tab-list.tsx';
import { AboutPanel } from './about-panel.tsx';
import { flagChanges } from './flag-values.ts';
import { FlagsPanel } from './flags-panel.tsx';
import { type Kind, KINDS, type Moment } from './moments.ts';
import { MomentsPanel } from './moments-panel.tsx';
import { NetworkRow } from './network-row.tsx';
import { burstsOf } from './recording/waterfall.ts';
import styles from './replay.module.css';

const TABS = [
  { value: 'all', label: 'Events' },
  { value: 'console', label: 'Console' },
  { value: 'network', label: 'Network' },
  { value: 'flags', label: 'Flags' },
  { value: 'about', label: 'About' },
] as const;
const ALL = Object.keys(KINDS) as Kind[];
const CONSOLE: readonly Kind[] = ['console'];
const NETWORK: readonly Kind[] = ['network'];

type InspectorProps = {
  readonly scope: Scope;
  readonly recording: RecordingDetail;
  readonly events: readonly EventRow[];
  readonly moments: readonly Moment[];
  readonly tab: string;
  readonly onTab: (tab: string) => void;
};

export function Inspector(props: InspectorProps) {
  const { scope, recording, events, moments, tab, onTab } = props;
  const chosen = TABS.some(({ value }) => value === tab) ? tab : 'all';
  const changes = useMemo(() => flagChanges(events), [events]);
  const ofKind = (kinds: readonly Kind[]) => moments.filter(({ kind }) => kinds.includes(kind));
  const bursts = useMemo(
    () =>
      burstsOf(
        moments.flatMap(({ source }) => (source.from === 'network' ? [source.request] : [])),
      ),
    [moments],
  );
  const shared = { maySeeBodies: recording.may_see_bodies };
  return (
    <Tabs
      className={styles.inspector}
      value={chosen}
      onChange={(next) => onTab(next ?? 'all')}
      aria-label="What is known"
    >
      <TabList tabs={TABS} chosen={chosen} />
      <Tabs.Panel value="all" className={styles.tab}>
        <MomentsPanel {...shared} moments={moments} kinds={ALL} empty="Nothing happened yet" />
      </Tabs.Panel>
      <Tabs.Panel value="console" className={styles.tab}>
        <MomentsPanel
          {...shared}
          moments={ofKind(CONSOLE)}
          kinds={CONSOLE}
          empty="Nothing was written to the console"
        />
      </Tabs.Panel>
      <Tabs.Panel value="network" className={styles.tab}>
        <MomentsPanel
          {...shared}
          moments={ofKind(NETWORK)}
          kinds={NETWORK}
          empty="No request was recorded"
          row={(moment, parts) => <NetworkRow moment={moment} bursts={bursts} {...parts} />}
        />
      </Tabs.Panel>
      <Tabs.Panel value="flags" className={styles.tab}>
        <FlagsPanel scope={scope} changes={changes} />
      </Tabs.Panel>
      <Tabs.Panel value="about" className={styles.tab}>
        <AboutPanel recording={recording} />
      </Tabs.Panel>
    </Tabs>
  );
}
