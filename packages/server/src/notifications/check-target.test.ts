import { describe, expect, test } from 'vitest';
import { checkTarget } from './check-target.ts';
import { isPublicAddress, readCidrs } from './public-address.ts';

/** Names as hostile DNS answers them; nothing here asks a real resolver. */
const NAMES: Record<string, string[]> = {
  'public.example': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'rebind.example': ['93.184.216.34', '127.0.0.1'],
  'rebind6.example': ['2606:2800:220:1:248:1893:25c8:1946', '::ffff:169.254.169.254'],
  'metadata.google.internal': ['169.254.169.254'],
  'link.example': ['fe80::1%eth0'],
  'nat64.example': ['64:ff9b::5db8:d822'],
  'intern.example': ['10.1.2.3'],
};
const resolve = async (name: string) => (NAMES[name] ?? []).map((address) => ({ address }));
const refusal = async (url: string, allow: string[] = []) => {
  const target = await checkTarget(url, allow, resolve);
  return 'refusal' in target ? target.refusal : null;
};

describe('hostile addresses', () => {
  test.each([
    ['loopback', 'https://127.0.0.1/'],
    ['loopback, short', 'https://127.1/'],
    ['loopback, decimal', 'https://2130706433/'],
    ['loopback, hexadecimal', 'https://0x7f000001/'],
    ['loopback, octal', 'https://0177.0.0.1/'],
    ['loopback, mixed', 'https://0x7f.0.0.01/'],
    ['loopback, another of its addresses', 'https://127.255.255.254/'],
    ['loopback, full-width digits', 'https://１２７.０.０.１/'],
    ['loopback, by name', 'https://localhost/'],
    ['loopback, by name with its dot', 'https://localhost./'],
    ['loopback, escaped', 'https://%31%32%37.0.0.1/'],
    ['loopback, IPv6', 'https://[::1]/'],
    ['loopback, IPv6 in full', 'https://[0000:0000:0000:0000:0000:0000:0000:0001]/'],
    ['loopback, mapped', 'https://[::ffff:127.0.0.1]/'],
    ['loopback, mapped, hexadecimal', 'https://[::ffff:7f00:1]/'],
    ['loopback, IPv4-compatible', 'https://[::127.0.0.1]/'],
    ['loopback through NAT64', 'https://[64:ff9b::127.0.0.1]/'],
    ['private through local NAT64', 'https://[64:ff9b:1::10.0.0.1]/'],
    ['loopback through 6to4', 'https://[2002:7f00:1::]/'],
    ['Teredo', 'https://[2001:0:7f00:1::1]/'],
    ['this host', 'https://0.0.0.0/'],
    ['this host, nothing', 'https://0/'],
    ['this host, IPv6', 'https://[::]/'],
    ['private 10/8', 'https://10.0.0.1/'],
    ['private 172.16/12', 'https://172.31.255.255/'],
    ['private 192.168/16', 'https://192.168.1.1/'],
    ['private, octal', 'https://012.0.0.1/'],
    ['carrier grade NAT and Alibaba metadata', 'https://100.100.100.200/'],
    ['metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['metadata, decimal', 'https://2852039166/'],
    ['metadata, mapped', 'https://[::ffff:a9fe:a9fe]/'],
    ['metadata, AWS IPv6', 'https://[fd00:ec2::254]/'],
    ['metadata, Azure', 'https://168.63.129.16/'],
    ['metadata, Oracle', 'https://192.0.0.192/'],
    ['metadata by name', 'https://metadata.google.internal/'],
    ['unique local', 'https://[fc00::1]/'],
    ['link local', 'https://[fe80::1]/'],
    ['link local with its zone, by name', 'https://link.example/'],
    ['site local', 'https://[fec0::1]/'],
    ['multicast', 'https://224.0.0.1/'],
    ['multicast, IPv6', 'https://[ff02::1]/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['benchmark network', 'https://198.18.0.1/'],
    ['documentation', 'https://203.0.113.7/'],
    ['documentation, IPv6', 'https://[2001:db8::1]/'],
    ['one bad address among good ones', 'https://rebind.example/'],
    ['one bad mapped address among good ones', 'https://rebind6.example/'],
    ['an internal name', 'https://intern.example/'],
    ['a name nobody knows', 'https://nobody.example/'],
    ['no TLS', 'http://public.example/'],
    ['another scheme', 'ftp://public.example/'],
    ['a file', 'file:///etc/passwd'],
    ['gopher', 'gopher://127.0.0.1:6379/_FLUSHALL'],
    ['a user name', 'https://public.example@127.0.0.1/'],
    ['a password', 'https://a:b@public.example/'],
    ['no address', 'https://'],
    ['a zone in the address', 'https://[fe80::1%25eth0]/'],
  ])('%s: %s', async (_what, url) => {
    expect(await refusal(url)).toEqual(expect.any(String));
  });
});

describe('what may be sent to', () => {
  test('a public name, with the very addresses that were checked', async () => {
    const target = await checkTarget('https://public.example:8443/hook?x=1', [], resolve);
    expect(target).toMatchObject({
      addresses: [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 },
      ],
    });
  });
  test.each([
    'https://93.184.216.34/',
    'https://[2606:4700::1111]/',
    'https://nat64.example/',
    'https://172.15.0.1/',
    'https://172.32.0.1/',
  ])('%s', async (url) => {
    expect(await refusal(url)).toBeNull();
  });
});

describe('the operator’s list', () => {
  test.each([
    ['http to a listed network', 'http://10.1.2.3:9000/', ['10.1.0.0/16'], true],
    ['http to a listed name', 'http://intern.example/', ['10.1.2.3'], true],
    ['the address next to it', 'http://10.2.0.1/', ['10.1.0.0/16'], false],
    ['the metadata service stays closed', 'http://169.254.169.254/', ['10.0.0.0/8'], false],
    ['a listed IPv6 network', 'http://[fd00:1::5]/', ['fd00:1::/32'], true],
    ['a mapped address of a listed network', 'http://[::ffff:10.1.2.3]/', ['10.1.0.0/16'], true],
    ['a name with one listed and one public address needs https', 'http://rebind.example/', ['127.0.0.0/8'], false],
    ['and may be sent to with it', 'https://rebind.example/', ['127.0.0.0/8'], true],
  ])('%s', async (_what, url, allow, isAllowed) => {
    expect((await refusal(url, allow)) === null).toBe(isAllowed);
  });

  test.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0',
    'localhost',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/1e1',
    '',
  ])('%j is no entry', (cidr) => {
    expect(() => readCidrs([cidr])).toThrow('not a CIDR');
  });
});

test('what is not an address is not public', () => {
  for (const text of ['', 'localhost', '1.2.3', '93.184.216.34 ', 'fe80::1%lo', '2606:4700::1111%eth0'])
    expect(isPublicAddress(text)).toBe(false);
});
