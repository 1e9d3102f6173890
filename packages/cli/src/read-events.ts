/** A stream that is silent for longer is cut somewhere: the server sends a comment every 15 seconds. */
const SILENCE_MILLISECONDS = 45_000;
/** One event is one rollout; this many characters are tens of thousands of machines. */
const LARGEST_EVENT = 64_000_000;

/**
 * The data of each server-sent event, as it comes (HTML Living Standard §9.2, the parts we use). Ends with the stream.
 * @throws when nothing comes for 45 seconds.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const part = await withinSilence(reader.read());
      if (part.done) return;
      const events = (rest + part.value).split(/\r?\n\r?\n/);
      rest = events.pop() ?? '';
      if (rest.length > LARGEST_EVENT) throw new Error('an event is too large');
      for (const event of events) {
        const data = eventData(event);
        if (data !== '') yield data;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventData(event: string): string {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
}

function withinSilence<T>(read: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the stream fell silent')), SILENCE_MILLISECONDS);
  });
  return Promise.race([read, silence]).finally(() => clearTimeout(timer));
}
