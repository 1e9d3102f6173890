const KEY = 'fleetmend-return';

/** Whether an address is a path of this console: not another site, not a scheme. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}

/** Keeps where somebody was going, for after they have signed in. */
export function rememberPath(path: string): void {
  if (!path.startsWith('/sign-in')) sessionStorage.setItem(KEY, path);
}

/** Where to go after signing in; used once. */
export function takePath(): string {
  const path = sessionStorage.getItem(KEY) ?? '/';
  sessionStorage.removeItem(KEY);
  return isOwnPath(path) ? path : '/';
}
