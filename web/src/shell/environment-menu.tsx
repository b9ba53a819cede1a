// Chooses the environment (and, where there are several, the project) that every page shows.
import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { rememberEnvironment, rememberProject, useScope } from '../api/session.ts';
import { EnvironmentMark } from '../environments/environment-mark.tsx';
import styles from './shell.module.css';

export function EnvironmentMenu() {
  const { project, projects, environment } = useScope();
  const navigate = useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();

  const chooseEnvironment = (key: string) => {
    rememberEnvironment(key);
    void navigate({ to: '.', search: (search) => ({ ...search, environment: key }) });
  };
  const chooseProject = async (id: number) => {
    rememberProject(id);
    await navigate({ to: '/', search: {} });
    await queryClient.invalidateQueries();
    await router.invalidate();
  };

  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <UnstyledButton className={styles.environment}>
          <EnvironmentMark color={environment.color} />
          <span className={styles.environmentText}>
            <span>
              <VisuallyHidden component="span">Environment: </VisuallyHidden>
              {environment.name}
              <VisuallyHidden component="span">,</VisuallyHidden>
            </span>
            <span className={styles.projectName}>
              <VisuallyHidden component="span">project </VisuallyHidden>
              {project.name}
            </span>
          </span>
          <IconSelector size={15} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown miw={180}>
        <Menu.Label>Environment</Menu.Label>
        {project.environments.map(({ key, name, color }) => (
          <Menu.Item
            key={key}
            leftSection={<EnvironmentMark color={color} />}
            rightSection={key === environment.key ? <IconCheck size={15} /> : null}
            onClick={() => chooseEnvironment(key)}
          >
            {name}
          </Menu.Item>
        ))}
        {projects.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>Project</Menu.Label>
            {projects.map(({ id, name }) => (
              <Menu.Item
                key={id}
                rightSection={id === project.id ? <IconCheck size={15} /> : null}
                onClick={() => void chooseProject(id)}
              >
                {name}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
