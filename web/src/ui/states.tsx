// The four faces of everything that is fetched: loading, empty, failed, full. Loading takes the room that
// the content will take, so nothing jumps.
import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { describeError } from '../api/client.ts';
import styles from './states.module.css';

type EmptyStateProps = {
  readonly icon?: ReactNode;
  readonly title: string;
  /** There is nothing else on the page: the title is its heading. */
  readonly isWholePage?: boolean;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
};

/** Nothing here yet: says what would be here and how it gets here. */
export function EmptyState(props: EmptyStateProps) {
  const { icon, title, isWholePage = false, children, action } = props;
  const Title = isWholePage ? 'h1' : 'p';
  return (
    <div className={styles.state}>
      {icon && (
        <span className={styles.icon} aria-hidden>
          {icon}
        </span>
      )}
      <Title className={styles.title}>{title}</Title>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

type ErrorStateProps = {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly isRetrying?: boolean;
};

/** What failed, in words, and a way to try again. */
export function ErrorState({ error, onRetry, isRetrying = false }: ErrorStateProps) {
  const { title, detail } = describeError(error);
  return (
    <div className={styles.state} role="alert">
      <span className={`${styles.icon} ${styles.iconError}`} aria-hidden>
        <IconAlertTriangle size={24} stroke={1.6} />
      </span>
      <p className={styles.title}>{title}</p>
      <p className={styles.text}>{detail}</p>
      {onRetry && (
        <div className={styles.action}>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={isRetrying}
            onClick={onRetry}
          >
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

const WIDTHS = ['34%', '22%', '28%', '40%', '26%'];

/** Grey rows in the height of table rows. */
export function LoadingRows({ rows = 5 }: { rows?: number }) {
  return (
    <div className={styles.rows} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <Skeleton height={12} width={WIDTHS[row % WIDTHS.length]} />
          <Skeleton height={12} width="12%" ml="auto" />
          <Skeleton height={12} width="8%" />
        </div>
      ))}
    </div>
  );
}

/** A grey block of a given height in pixels. */
export function LoadingBlock({ height = 160 }: { height?: number }) {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton height={height} radius="lg" />
    </div>
  );
}

type QueryViewProps<T> = {
  readonly query: UseQueryResult<T, Error>;
  readonly loading?: ReactNode;
  readonly children: (data: T) => ReactNode;
};

/** Shows a query: its skeleton, its failure with "try again", or its data. */
export function QueryView<T>({ query, loading, children }: QueryViewProps<T>) {
  // What is asked for again and again, and fails again and again, stays failed meanwhile instead of blinking.
  const [lastError, setLastError] = useState(query.error);
  if (query.error !== null && query.error !== lastError) setLastError(query.error);
  if (query.data !== undefined) return children(query.data);
  if (query.errorUpdateCount > 0) {
    const retry = () => void query.refetch();
    return <ErrorState error={lastError} onRetry={retry} isRetrying={query.isFetching} />;
  }
  return loading ?? <LoadingRows />;
}
