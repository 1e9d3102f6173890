import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { endpointPath, type Output } from '@fleetmend/api/client.ts';
import { contract } from '@fleetmend/api/contract.ts';
import {
  BUNDLE_MANIFEST,
  BUNDLE_SIGNATURE,
  type BundleFile,
  type BundleManifest,
  bundleManifest,
  packBundle,
} from '@fleetmend/api/feed-bundle.ts';
import type { Signature } from '@fleetmend/domain/access/trust-root.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { connect, openBytes } from './connect.ts';
import { signDocument } from './sign-document.ts';

interface Exported extends Pick<Output<'exportFeeds'>, 'left_out'> {
  manifest: BundleManifest;
  is_signed: boolean;
}

/**
 * Writes a bundle of feeds to a file: what the server says it holds, signed where a key is given, and each file as the server
 * sends it. The file is there once it is whole. @throws ApiError, CliError
 */
export async function exportFeeds(
  cli: Cli,
  feeds: string[],
  { out, key }: { out: string; key?: string },
): Promise<Exported> {
  const { manifest: text, left_out } = await connect(cli)('exportFeeds', { body: { feeds } });
  const manifest = bundleManifest.parse(JSON.parse(text));
  const isKeyGiven = key !== undefined || (cli.io.env['FLEETMEND_KEY'] ?? '') !== '';
  const signature = isKeyGiven ? await sign(cli, key, text) : null;
  const part = `${out}.part`;
  try {
    await pipeline(Readable.from(packBundle(bundleFiles(cli, text, manifest, signature))), createWriteStream(part));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { manifest, left_out, is_signed: signature !== null };
}

async function sign(cli: Cli, key: string | undefined, document: string): Promise<Signature> {
  const signature = await signDocument(cli, key, { purpose: SIGNATURE_PURPOSES.feeds, document });
  if (signature.kind === 'ssh') return signature;
  throw new CliError('usage', 'a bundle is signed with an OpenSSH key', { fix: 'Make one: ssh-keygen -t ed25519.' });
}

async function* bundleFiles(
  cli: Cli,
  text: string,
  manifest: BundleManifest,
  signature: Signature | null,
): AsyncGenerator<BundleFile> {
  yield textFile(BUNDLE_MANIFEST, text);
  if (signature !== null) yield textFile(BUNDLE_SIGNATURE, JSON.stringify(signature));
  for (const { feed, files } of manifest.feeds) {
    for (const file of files) {
      const path = endpointPath(contract.readFeedFile, { params: { id: feed, name: file.name } });
      const content = checked(`${feed}/${file.name}`, file.sha256, await openBytes(cli, path));
      yield { name: `${feed}/${file.name}`, bytes: file.bytes, content };
    }
  }
}

/** A feed that is loaded anew while it is packed is another one than the manifest says. */
async function* checked(name: string, sha256: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256)
    throw new CliError('error', `${name} has changed while it was packed`, { fix: 'Pack the bundle again.' });
}

function textFile(name: string, text: string): BundleFile {
  const bytes = Buffer.from(text);
  return { name, bytes: bytes.length, content: Readable.from([bytes]) };
}
