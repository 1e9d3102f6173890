import { getCACertificates, setDefaultCACertificates } from 'node:tls';

let isDone = false;

/**
 * Believes the authorities this machine believes, as curl does on it, also a company's own; Node's list counts only where the
 * machine has none.
 */
export function trustOwnAuthorities(): void {
  if (isDone) return;
  isDone = true;
  const own = [...new Set(getCACertificates('system'))];
  if (own.length > 0) setDefaultCACertificates(own);
}
