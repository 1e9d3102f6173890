const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * The server's address as the agent will use it. Plain http only reaches this very machine; anything else is https.
 * @throws Error in words a person can act on.
 */
export function parseServerUrl(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new Error(`${JSON.stringify(address)} is not an address such as https://fleetmend.example.org`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error('the server address must begin with https://');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new Error(`http is only for a server on this machine; use https://${url.host}`);
  }
  if (url.username !== '' || url.password !== '') throw new Error('the server address must not hold a password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new Error('the server address must have no path');
  return url.origin;
}
