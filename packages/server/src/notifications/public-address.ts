import { BlockList, isIP } from 'node:net';

/** IANA's special-purpose IPv4 blocks, and the one public address that is a cloud's metadata service (Azure). */
const FORBIDDEN_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only global unicast is public, less what in it is special: protocol assignments with Teredo, documentation, 6to4. */
const PUBLIC_V6 = ['2000::/3'];
const FORBIDDEN_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const forbidden = readCidrs([...FORBIDDEN_V4, ...FORBIDDEN_V6]);
const publicV6 = readCidrs(PUBLIC_V6);

/** A list of `address/bits` or bare addresses. @throws Error naming the first that is neither. */
export function readCidrs(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits, rest] = cidr.split('/');
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (version === 0 || rest !== undefined || prefix < 0 || prefix > width) throw new Error(`not a CIDR: ${cidr}`);
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Whether an address is on the internet; anything that leads to this machine, its networks or its cloud's own services is not. */
export function isPublicAddress(address: string): boolean {
  const plain = unwrap(address);
  if (plain === null) return false;
  if (isIP(plain) === 4) return !forbidden.check(plain, 'ipv4');
  return publicV6.check(plain, 'ipv6') && !forbidden.check(plain, 'ipv6');
}

/** Whether an address is in a list. */
export function isListed(address: string, list: BlockList): boolean {
  const plain = unwrap(address);
  return plain !== null && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
}

/** IPv4 inside IPv6 (mapped, and NAT64 with its well-known prefix) as the IPv4 it reaches; null for what is no plain address. */
function unwrap(address: string): string | null {
  if (isIP(address) === 4) return address;
  // A zone (`fe80::1%eth0`) only exists on this machine's own links.
  if (isIP(address) === 0 || address.includes('%')) return null;
  const groups = expand(address);
  const prefix = groups.slice(0, 6).join(':');
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return address;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address. The URL parser writes the shortest form; `::` is then filled up. */
function expand(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
