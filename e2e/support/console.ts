import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestServer } from '../../packages/server/test/test-server.ts';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const SCREENSHOTS = fileURLToPath(new URL('../../screenshots/', import.meta.url));

export interface Console {
  page: Page;
  /** Saves what is on the screen under a name, for people to look at. @throws when axe finds a barrier on it. */
  look(name: string): Promise<void>;
  /** Goes on as on a phone, or in the dark. */
  as(view: { width: number; scheme: 'light' | 'dark' }): Promise<void>;
  close(): Promise<void>;
}

/** The console of a server under test, signed in as its first person. */
export async function openConsoleOf(server: TestServer): Promise<Console> {
  const console = await openConsole();
  const { data } = await server.admin('listPeople', {});
  const { sign_in_url } = await server.admin('renewSignInLink', { params: { id: data[0]?.id ?? '' } });
  await console.page.goto(sign_in_url.replace('http://localhost:7600', server.url));
  await console.page.getByRole('heading', { name: 'Overview' }).waitFor();
  return console;
}

/**
 * A real Chromium with a virtual authenticator: its passkeys verify the user, as a phone or a security key would.
 * Names to `resolve` are this machine's, and their certificates are not looked at.
 */
export async function openConsole(resolve: readonly string[] = []): Promise<Console> {
  if (CHROMIUM === undefined) throw new Error('no Chromium');
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(resolve.length > 0
        ? [`--host-resolver-rules=${resolve.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`]
        : []),
    ],
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    ignoreHTTPSErrors: resolve.length > 0,
  });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  mkdirSync(SCREENSHOTS, { recursive: true });
  return {
    page,
    async look(name) {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      );
      if (found.length > 0) throw new Error(`${name}: ${found.join('; ')}`);
    },
    async as({ width, scheme }) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
    },
    close: () => browser.close(),
  };
}
