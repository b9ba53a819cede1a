// One event; opens to its properties.
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { EventRow } from '../api/events.ts';
import { CopyField } from '../ui/copy.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PropertyTable } from '../ui/property-table.tsx';
import { Time } from '../ui/time.tsx';
import styles from './events.module.css';

/** Where it happened: the page, else the SDK that sent it. */
function placeOf({ properties }: EventRow): string {
  const place = properties['$current_url'] ?? properties['$pathname'] ?? properties['$lib'];
  return typeof place === 'string' ? place : '';
}

export function EventItem({ event }: { event: EventRow }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={styles.item}>
      <UnstyledButton
        className={styles.summary}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight size={16} className={styles.chevron} aria-hidden />
        <span className={styles.event}>{event.event}</span>
        <span className={styles.who}>{event.distinct_id}</span>
        <span className={styles.where}>{placeOf(event)}</span>
        <span className={styles.when}>
          <Time at={event.timestamp} />
        </span>
      </UnstyledButton>
      {isOpen && (
        <div id={id} className={styles.detail}>
          <div className={styles.detailHead}>
            <CopyField text={event.uuid} what="event id" />
            <CopyField text={event.distinct_id} what="distinct id" />
            <LinkButton
              to="/events"
              search={{ distinct_id: event.distinct_id }}
              variant="subtle"
              size="compact-sm"
            >
              Only theirs
            </LinkButton>
            <LinkButton
              to="/events"
              search={{ event: event.event }}
              variant="subtle"
              size="compact-sm"
            >
              Only {event.event}
            </LinkButton>
          </div>
          <PropertyTable properties={event.properties} />
        </div>
      )}
    </li>
  );
}
