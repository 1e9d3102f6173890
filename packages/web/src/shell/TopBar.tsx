import type { Output } from '@fleetmend/api/client.ts';
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { formatClock } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';
import { Icon } from './icons.tsx';
import { SearchBox } from './SearchBox.tsx';
import classes from './shell.module.css';

/** Search, the time here and in UTC, the theme, and who is signed in. */
export function TopBar({
  session,
  onMenu,
  onHelp,
}: {
  session: Output<'readSession'> | undefined;
  onMenu: () => void;
  onHelp: () => void;
}) {
  return (
    <section aria-label="Tools" className={classes['top']}>
      <ActionIcon
        className={classes['menu'] ?? ''}
        variant="subtle"
        size="lg"
        aria-label="Open the menu"
        onClick={onMenu}
      >
        <Icon name="menu" />
      </ActionIcon>
      <SearchBox />
      <div className={classes['topEnd']}>
        <Clock />
        <ThemeMenu />
        <PersonMenu session={session} onHelp={onHelp} />
      </div>
    </section>
  );
}

function Clock() {
  const now = new Date(useNow(1000));
  const utc = formatClock(now, 'UTC');
  const own = formatClock(now, null);
  return (
    <div className={classes['clock']} role="timer" aria-label="Time">
      <span>{utc}</span>
      {own !== utc && <span> · {own}</span>}
    </div>
  );
}

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = [
    ['auto', 'As the system'],
    ['light', 'Light'],
    ['dark', 'Dark'],
  ] as const;
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label="Theme">
          <Icon name="sun" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(([scheme, word]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)}>
            {word}
            {scheme === colorScheme && ' (now)'}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PersonMenu({ session, onHelp }: { session: Output<'readSession'> | undefined; onHelp: () => void }) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const signOut = async () => {
    await call('signOut', {}).catch(() => announce('Could not sign out: the server does not answer'));
    await navigate({ to: '/sign-in' });
    cache.clear();
  };
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={session ? `Signed in as ${session.person.name}` : 'Account'}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {session && (
          <Menu.Label>
            {session.person.name} · {session.person.roles.join(', ')}
            <br />
            {session.organization.name}
          </Menu.Label>
        )}
        <Menu.Item onClick={() => void navigate({ to: '/settings' })}>Settings and keys</Menu.Item>
        <Menu.Item onClick={onHelp}>Keyboard shortcuts</Menu.Item>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
