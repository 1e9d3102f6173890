import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';

export interface Validators {
  etag: string | null;
  last_modified: string | null;
}

/** A file that was written as it came. */
export interface Saved {
  sha256: string;
  bytes: number;
}

/** Nothing is known of what is there: all of it is sent. */
export const NO_VALIDATORS: Validators = { etag: null, last_modified: null };

const MAX_REDIRECTS = 3;

/**
 * Fetches a feed into a file, unless its server says that it has not changed (ETag, If-Modified-Since).
 * @returns the validators for the next time, or null for "not changed". @throws FeedUnreachable, FeedRefused
 */
export async function downloadFeed(
  url: string,
  { path, validators, limits }: { path: string; validators: Validators; limits: FeedLimits },
): Promise<(Validators & Saved) | null> {
  const signal = AbortSignal.timeout(limits.seconds * 1000);
  try {
    const response = await follow(new URL(url), validators, signal);
    if (response.status === 304) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      const answer = `${new URL(url).host} answered ${response.status} ${response.statusText}.`.replace(' .', '.');
      throw new FeedUnreachable(answer, response.status);
    }
    const saved = await save(response.body as AsyncIterable<Uint8Array>, path, limits.compressed_bytes);
    return { ...saved, etag: response.headers.get('etag'), last_modified: response.headers.get('last-modified') };
  } catch (error) {
    throw describeFailure(error, url);
  }
}

/** Writes bytes to a file as they come. @throws FeedRefused when there are too many; what was written stays for the caller to remove */
export async function save(bytes: AsyncIterable<Uint8Array>, path: string, limit: number): Promise<Saved> {
  const hash = createHash('sha256');
  let total = 0;
  async function* bounded(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      total += chunk.length;
      if (total > limit) throw new FeedRefused(`It is larger than ${limit} bytes.`);
      hash.update(chunk);
      yield chunk;
    }
  }
  await pipeline(Readable.from(bounded()), createWriteStream(path, { mode: 0o600 }));
  return { sha256: hash.digest('hex'), bytes: total };
}

/** Redirects are followed a few times, and never from https to anything else. */
async function follow(start: URL, { etag, last_modified }: Validators, signal: AbortSignal): Promise<Response> {
  let url = start;
  const headers = {
    'user-agent': 'fleetmend',
    // Microsoft answers in XML whoever does not ask for JSON.
    accept: 'application/json, */*',
    'accept-encoding': 'identity',
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(last_modified === null ? {} : { 'if-modified-since': last_modified }),
  };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    const isSafe = next.protocol === 'https:' || next.protocol === url.protocol;
    if (!isSafe)
      throw new FeedUnreachable(`${url.host} redirects to ${next.protocol}//${next.host}, which is not followed.`);
    url = next;
  }
  throw new FeedUnreachable(`${start.host} redirects more than ${MAX_REDIRECTS} times.`);
}

function describeFailure(error: unknown, url: string): unknown {
  if (error instanceof FeedRefused || error instanceof FeedUnreachable) return error;
  if (!(error instanceof Error)) return error;
  const { host } = new URL(url);
  if (error.name === 'TimeoutError') return new FeedUnreachable(`${host} took too long.`);
  const cause = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : error.message;
  return new FeedUnreachable(`Could not reach ${host} (${cause}).`);
}
