// What a request makes of its flags, in words and as JSON.
import { Button, Collapse } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ChangeRequest, RequestItem } from '../api/changes.ts';
import { ChangeList } from '../flags/change-list.tsx';
import type { FilterChange } from '../flags/filter-changes.ts';
import { flagChanges } from '../flags/flag-changes.ts';
import { useNames } from '../targeting/use-names.ts';
import { JsonDiff } from '../ui/json-diff.tsx';
import { Section } from '../ui/page.tsx';
import styles from './changes.module.css';

export function RequestItems({ request }: { request: ChangeRequest }) {
  return (
    <>
      {request.items.map((item) => (
        <Item key={item.flag.id} item={item} />
      ))}
    </>
  );
}

function Item({ item }: { item: RequestItem }) {
  const names = useNames();
  const [isJson, setJson] = useState(false);
  const { base, proposed, flag } = item;
  const changes = [...switchChanges(item), ...flagChanges(base, proposed, names)];
  return (
    <Section
      title={`What changes in ${flag.key}`}
      actions={
        <Link
          to="/feature-flags/$flagId"
          params={{ flagId: String(flag.id) }}
          className={styles.dim}
        >
          See the flag
        </Link>
      }
    >
      <div className={styles.stack}>
        {changes.length > 0 && <ChangeList changes={changes} />}
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconCode size={15} />}
            aria-expanded={isJson}
            onClick={() => setJson(!isJson)}
          >
            As JSON
          </Button>
          <Collapse expanded={isJson}>
            {isJson && <JsonDiff before={plain(base)} after={plain(proposed)} />}
          </Collapse>
        </div>
      </div>
    </Section>
  );
}

type Fields = RequestItem['base'];

/** What the form of a flag does not show. */
function switchChanges({ base, proposed }: RequestItem): FilterChange[] {
  const entries = (flag: Fields): readonly (readonly [string, string])[] => [
    ['Switch', flag.active ? 'on' : 'off'],
    ['Archived', flag.archived ? 'yes' : 'no'],
    ['Deleted', flag.deleted ? 'yes' : 'no'],
    ['Kind', flag.kind.replaceAll('_', ' ')],
    ['Kill switch', flag.kill_switch ?? 'none'],
    ['Tags', flag.tags.join(', ') || 'none'],
  ];
  const was = new Map(entries(base));
  return entries(proposed).flatMap(([what, after]): FilterChange[] => {
    const before = was.get(what) ?? '';
    return before === after ? [] : [{ kind: 'changed', what, before, after }];
  });
}

/** Without what no change is about. */
function plain(flag: Fields): Partial<Fields> {
  const { key, name, active, archived, filters, tags, kind, kill_switch } = flag;
  const { evaluation_runtime, evaluation_contexts, bucketing_identifier } = flag;
  const { value_type, value_source } = flag;
  return {
    key,
    name,
    active,
    archived,
    kind,
    kill_switch,
    tags,
    evaluation_runtime,
    evaluation_contexts,
    bucketing_identifier,
    value_type,
    value_source,
    filters,
  };
}
