// A way to the recordings that a filter finds.
import { IconVideo } from '@tabler/icons-react';
import { LinkButton } from '../ui/link-button.tsx';
import { filterText, type RecordingFilter } from './filter.ts';

type RecordingsLinkProps = {
  readonly filter: RecordingFilter;
  /** Where several stand side by side: which recordings. */
  readonly name?: string;
  readonly isSubtle?: boolean;
  /** As large as other buttons: at the head of a page. */
  readonly isLarge?: boolean;
};

export function RecordingsLink({
  filter,
  name,
  isSubtle = false,
  isLarge = false,
}: RecordingsLinkProps) {
  return (
    <LinkButton
      to="/replay"
      search={{ filter: filterText(filter) }}
      variant={isSubtle ? 'subtle' : 'default'}
      size={isLarge ? 'sm' : 'compact-sm'}
      leftSection={<IconVideo size={isLarge ? 16 : 15} stroke={1.7} aria-hidden />}
    >
      {name ?? 'Recordings'}
    </LinkButton>
  );
}
