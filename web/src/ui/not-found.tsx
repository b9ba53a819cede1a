// An address that leads nowhere.
import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Page } from './page.tsx';
import { EmptyState } from './states.tsx';

export function NotFound() {
  return (
    <Page narrow>
      <EmptyState
        icon={<IconCompass size={24} stroke={1.6} />}
        title="There is nothing at this address"
        action={
          <Button component={Link} to="/" variant="default">
            Go home
          </Button>
        }
      >
        It may have been removed, or the link is incomplete.
      </EmptyState>
    </Page>
  );
}
