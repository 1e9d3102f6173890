import type { FastifyReply } from 'fastify';

/** Proxies and clients give up on an answer of which nothing comes for some minutes, or one. */
const BLANK_MILLISECONDS = 15_000;

/**
 * Answers a request with what takes minutes: the answer begins at once, and blanks come, which JSON allows before a value, until
 * the value is there. What fails after that breaks the connection, since the status has been sent.
 */
export async function answerSlowly<T>(
  reply: FastifyReply,
  work: () => Promise<T>,
  interval = BLANK_MILLISECONDS,
): Promise<T> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  raw.write(' ');
  const blanks = setInterval(() => raw.write(' '), interval);
  try {
    const answer = await work();
    raw.end(JSON.stringify(answer));
    return answer;
  } catch (error) {
    raw.destroy();
    throw error;
  } finally {
    clearInterval(blanks);
  }
}
