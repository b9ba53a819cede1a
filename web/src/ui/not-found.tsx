// An address that leads nowhere.
import { IconCompass } from '@tabler/icons-react';
import { LinkButton } from './link-button.tsx';
import { Page } from './page.tsx';
import { EmptyState } from './states.tsx';

export function NotFound() {
  return (
    <Page narrow>
      <EmptyState
        icon={<IconCompass size={24} stroke={1.6} />}
        isWholePage
        title="There is nothing at this address"
        action={
          <LinkButton to="/" variant="default">
            Go home
          </LinkButton>
        }
      >
        It may have been removed, or the link is incomplete.
      </EmptyState>
    </Page>
  );
}
