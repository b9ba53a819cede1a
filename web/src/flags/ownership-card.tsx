// Who answers for the flag and what it is filed under; both are saved as soon as they are chosen.
import { TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { tagsQuery } from '../api/flag-upkeep.ts';
import { useUpdateFlag } from '../api/flags.ts';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { Section } from '../ui/page.tsx';
import { toastDone } from '../ui/toast.ts';
import type { FlagPartProps } from './flag-part.ts';
import { OwnerSelect } from './owner-select.tsx';
import styles from './editor.module.css';

export function OwnershipCard({ flag, scope }: FlagPartProps) {
  const update = useUpdateFlag(scope);
  const { data: tags } = useQuery(tagsQuery(scope));
  const save = (change: { owner_id: string | null } | { tags: string[] }, done: string) =>
    update.mutate(
      { id: flag.id, ...change, version: flag.version },
      { onSuccess: () => toastDone(done) },
    );
  return (
    <Section title="Ownership">
      <div className={styles.stack}>
        <ErrorAlert error={errorElsewhere(update.error, ['owner_id', 'tags'])} />
        <OwnerSelect
          value={flag.owner?.id ?? null}
          error={errorAt(update.error, 'owner_id')}
          isRequired={scope.project.require_flag_owner}
          onChange={(ownerId) => save({ owner_id: ownerId }, 'The owner is saved.')}
        />
        <TagsInput
          label="Tags"
          placeholder={flag.tags.length > 0 ? '' : 'checkout, team-growth…'}
          data={(tags?.results ?? []).map(({ name }) => name)}
          value={flag.tags}
          error={errorAt(update.error, 'tags')}
          maxLength={100}
          acceptValueOnBlur
          onChange={(next) => save({ tags: next }, 'The tags are saved.')}
        />
      </div>
    </Section>
  );
}
