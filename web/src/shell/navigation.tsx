// Where one can go, in which environment one is, and who one is.
import {
  IconAlertTriangle,
  IconBug,
  IconChartLine,
  IconFlag,
  IconFlask,
  IconHistory,
  IconGitPullRequest,
  IconHome,
  IconLayoutDashboard,
  IconListSearch,
  IconRoute,
  IconSettings,
  IconSparkles,
  IconUsers,
  IconUsersGroup,
  IconVideo,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Logo } from '../ui/logo.tsx';
import { EnvironmentMenu } from './environment-menu.tsx';
import styles from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

const PLACES = [
  { to: '/', label: 'Home', Icon: IconHome },
  { to: '/feature-flags', label: 'Flags', Icon: IconFlag },
  { to: '/changes', label: 'Changes', Icon: IconGitPullRequest },
  { to: '/rollouts', label: 'Rollouts', Icon: IconRoute },
  { to: '/incidents', label: 'Incidents', Icon: IconAlertTriangle },
  { to: '/errors', label: 'Errors', Icon: IconBug },
  { to: '/experiments', label: 'Experiments', Icon: IconFlask },
  { to: '/early-access', label: 'Early access', Icon: IconSparkles },
  { to: '/insights', label: 'Insights', Icon: IconChartLine },
  { to: '/dashboards', label: 'Dashboards', Icon: IconLayoutDashboard },
  { to: '/events', label: 'Events', Icon: IconListSearch },
  { to: '/replay', label: 'Session replay', Icon: IconVideo },
  { to: '/people', label: 'People', Icon: IconUsers },
  { to: '/cohorts', label: 'Cohorts', Icon: IconUsersGroup },
  { to: '/audit-log', label: 'Audit log', Icon: IconHistory },
  { to: '/settings', label: 'Settings', Icon: IconSettings },
] as const;

/** The whole side bar. `onNavigate` closes the drawer that it stands in on phones. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  return (
    <nav className={styles.nav} aria-label="Main">
      <Link to="/" className={styles.brand} aria-label="Serin, home" onClick={onNavigate}>
        <Logo /> Serin
      </Link>
      <EnvironmentMenu />
      <ul className={styles.links}>
        {PLACES.map(({ to, label, Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.link}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
              onClick={onNavigate}
            >
              <Icon size={18} stroke={1.7} aria-hidden /> {label}
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <UserMenu />
      </div>
    </nav>
  );
}
