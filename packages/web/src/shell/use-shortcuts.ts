import { useLocalStorage } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SEARCH_ID } from './SearchBox.tsx';

/** The keys and what they do; the help dialog reads the same list. No single key approves, starts or takes back. */
export const SHORTCUTS = [
  { keys: ['g', 'o'], words: 'Go to Overview', to: '/' },
  { keys: ['g', 'p'], words: 'Go to Patches', to: '/patches' },
  { keys: ['g', 'c'], words: 'Go to Changes', to: '/changes' },
  { keys: ['g', 'r'], words: 'Go to Rollouts', to: '/rollouts' },
  { keys: ['g', 'a'], words: 'Go to Assets', to: '/assets' },
] as const;

const CHORD_MS = 1200;

/** Listens for the keys; they can be switched off for good (WCAG 2.1.4). Returns whether they are on, and the switch. */
export function useShortcuts(openHelp: () => void) {
  const [areOn, setOn] = useLocalStorage({ key: 'fleetmend-keys', defaultValue: true });
  const navigate = useNavigate();
  const pressedG = useRef(0);
  useEffect(() => {
    if (!areOn) return;
    const listen = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isDialogOpen()) return;
      const shortcut = SHORTCUTS.find(({ keys }) => keys[1] === event.key);
      const isChord = event.timeStamp - pressedG.current < CHORD_MS;
      pressedG.current = event.key === 'g' ? event.timeStamp : 0;
      if (isChord && shortcut) void navigate({ to: shortcut.to });
      else if (event.key === '?') openHelp();
      else if (event.key === '/') document.getElementById(SEARCH_ID)?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [areOn, navigate, openHelp]);
  return [areOn, setOn] as const;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}
