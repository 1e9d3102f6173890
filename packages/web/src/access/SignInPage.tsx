import { Button } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { call } from '../client.ts';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { problemCode } from '../ui/problem.ts';
import { takePath } from './return-path.ts';
import classes from './sign-in.module.css';

/** The token of a one-time link. It travels in the fragment, which browsers send to no server and write to no log. */
function takeToken(): string | null {
  const token = window.location.hash.slice(1);
  if (token === '') return null;
  window.history.replaceState(null, '', '/sign-in');
  return token;
}

async function signInWithPasskey() {
  const { options } = await call('startPasskeySignIn', {});
  const response = await startAuthentication({
    optionsJSON: options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'],
  });
  return call('finishPasskeySignIn', { body: { response: { ...response } } });
}

/** Signing in: with the link from the terminal, or with a passkey. There is no password. */
export function SignInPage() {
  const router = useRouter();
  const cache = useQueryClient();
  const enter = () => {
    cache.clear();
    router.history.push(takePath());
  };
  const link = useMutation({
    mutationFn: (token: string) => call('openSignInLink', { body: { token } }),
    onSuccess: enter,
  });
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: enter });
  const isOpened = useRef(false);
  const { mutate } = link;
  useEffect(() => {
    document.title = 'Sign in · Fleetmend';
    // React runs effects twice while developing, and the link works once.
    if (isOpened.current) return;
    isOpened.current = true;
    const token = takeToken();
    if (token !== null) mutate(token);
  }, [mutate]);
  const isDead = problemCode(link.error) === 'sign-in-link-dead' || problemCode(link.error) === 'invalid';
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <img src="/favicon.svg" width="40" height="40" alt="" />
        <h1>Sign in to Fleetmend</h1>
        {link.isPending && <p role="status">Opening your sign-in link…</p>}
        {isDead && (
          <div role="alert" className="stack tight">
            <p>
              <b>This sign-in link is dead.</b> Each link works once, for 15 minutes.
            </p>
            <p>
              On the machine that runs Fleetmend, start it again with <code>npm start</code>: it prints a new link. Or
              ask an admin for one.
            </p>
          </div>
        )}
        {link.error !== null && !isDead && <ProblemAlert error={link.error} doing="open the sign-in link" />}
        {!link.isPending && (
          <Button size="md" fullWidth loading={passkey.isPending} onClick={() => passkey.mutate()}>
            Sign in with a passkey
          </Button>
        )}
        {passkey.error !== null && <ProblemAlert error={passkey.error} doing="sign in" />}
        <p className="muted small">
          First time here? Open the link that <code>npm start</code> printed in the terminal. There is no password.
        </p>
      </div>
    </main>
  );
}
