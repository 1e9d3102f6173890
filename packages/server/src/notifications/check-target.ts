import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isListed, isPublicAddress, readCidrs } from './public-address.ts';

/** An address that may be connected to, and no other: the name is not looked up again. */
export interface CheckedTarget {
  url: URL;
  addresses: { address: string; family: 4 | 6 }[];
}

export type Resolve = (hostname: string) => Promise<{ address: string }[]>;

const LOOKUP_MILLISECONDS = 5000;

/**
 * Decides whether a webhook may be sent to a URL: HTTPS, to addresses on the internet alone, unless all of them are on
 * the operator's list of internal ones. Every address of the name counts, so that no clever DNS answer slips one in.
 * @returns the target, or why not, in a sentence
 */
export async function checkTarget(
  text: string,
  allow: readonly string[],
  resolve: Resolve = resolveName,
): Promise<CheckedTarget | { refusal: string }> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return { refusal: 'this is not an address' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { refusal: 'only https addresses are sent to' };
  if (url.username !== '' || url.password !== '')
    return { refusal: 'an address with a user name or a password is not sent to' };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host }];
  if (found.length === 0) return { refusal: `the name ${host} cannot be resolved` };
  const list = readCidrs(allow);
  const internal = found.filter(({ address }) => !isListed(address, list));
  const hidden = internal.find(({ address }) => !isPublicAddress(address));
  if (hidden !== undefined)
    return {
      refusal: `${host} leads to ${hidden.address}, which is not on the internet and not on this server's list`,
    };
  if (url.protocol === 'http:' && internal.length > 0) return { refusal: 'only https addresses are sent to' };
  return { url, addresses: found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 })) };
}

/** As this machine resolves names, its hosts file included. */
async function resolveName(hostname: string): Promise<{ address: string }[]> {
  const timer = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer')), LOOKUP_MILLISECONDS).unref();
  });
  return Promise.race([lookup(hostname, { all: true, verbatim: true }), timer]);
}
