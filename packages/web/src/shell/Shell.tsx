import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useRead } from '../client.ts';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { problemCode } from '../ui/problem.ts';
import { Rail } from './Rail.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import classes from './shell.module.css';
import { TopBar } from './TopBar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** What every signed-in screen shares: the rail, the top bar, the keys. */
export function Shell() {
  const session = useRead('readSession', {});
  const [isRailOpen, rail] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [areKeysOn, setKeysOn] = useShortcuts(help.open);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the rail
  useEffect(() => rail.close(), [path]);
  // An outage is shown; being signed out is not, because the way to the sign-in page is already taken.
  const isOut = session.error !== null && problemCode(session.error) !== 'sign-in-needed' && session.data === undefined;
  return (
    <div className={classes['shell']}>
      <button type="button" className={classes['skip']} onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <aside className={classes['rail']}>
        <Rail />
      </aside>
      <Drawer opened={isRailOpen} onClose={rail.close} size={260} title="Fleetmend">
        <Rail />
      </Drawer>
      <div className={classes['side']}>
        <TopBar session={session.data} onMenu={rail.open} onHelp={help.open} />
        <main id="main" ref={main} tabIndex={-1} className={classes['main']}>
          {isOut && (
            <div className={classes['outage']}>
              <ProblemAlert error={session.error} doing="reach the server" onRetry={() => void session.refetch()} />
            </div>
          )}
          <Outlet />
        </main>
      </div>
      {isHelpOpen && <ShortcutsDialog areKeysOn={areKeysOn} onKeysChange={setKeysOn} onClose={help.close} />}
    </div>
  );
}
