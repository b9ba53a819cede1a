// The frame of every signed-in page: navigation at the side (in a drawer on phones), the page beside it.
import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.layer.css';
import { IconMenu2 } from '@tabler/icons-react';
import { createLazyRoute, Link, Outlet, useSearch } from '@tanstack/react-router';
import { ProposalProvider } from '../changes/proposal-provider.tsx';
import { SideDialog } from '../ui/dialog.tsx';
import { Logo } from '../ui/logo.tsx';
import { EnvironmentMenu } from './environment-menu.tsx';
import { Navigation } from './navigation.tsx';
import styles from './shell.module.css';

function Shell() {
  const [isOpen, drawer] = useDisclosure(false);
  const { full }: { full?: string } = useSearch({ strict: false });
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <div className={styles.shell} data-full={full}>
        {full === undefined && <Around isOpen={isOpen} drawer={drawer} />}
        <main id="content" tabIndex={-1} className={styles.main}>
          <ProposalProvider>
            <Outlet />
          </ProposalProvider>
        </main>
      </div>
      <Notifications position="bottom-right" />
    </>
  );
}

type AroundProps = {
  readonly isOpen: boolean;
  readonly drawer: { readonly open: () => void; readonly close: () => void };
};

/** What stands around the page, but on a screen that shows the page alone. */
function Around({ isOpen, drawer }: AroundProps) {
  return (
    <>
      <div className={styles.top}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Open navigation"
          onClick={drawer.open}
        >
          <IconMenu2 size={20} />
        </ActionIcon>
        <Link to="/" className={styles.brand} aria-label="Serin, home">
          <Logo size={26} />
        </Link>
        <div className={styles.topEnvironment}>
          <EnvironmentMenu />
        </div>
      </div>
      <aside className={styles.aside}>
        <Navigation />
      </aside>
      <SideDialog opened={isOpen} onClose={drawer.close} size={280} padding="xs" title="Menu">
        <Navigation onNavigate={drawer.close} />
      </SideDialog>
    </>
  );
}

export const shellRoute = createLazyRoute('/app')({ component: Shell });
