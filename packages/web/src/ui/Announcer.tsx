import { useEffect, useState } from 'react';
import { onAnnouncement } from './announce.ts';
import classes from './announcer.module.css';

/** The one live region for "it is done". */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => onAnnouncement(setText), []);
  useEffect(() => {
    if (text === '') return;
    const timer = setTimeout(() => setText(''), 6000);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div role="status" aria-live="polite" className={classes['announcer']} data-empty={text === ''}>
      {text}
    </div>
  );
}
