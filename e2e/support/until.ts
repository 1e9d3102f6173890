/** Asks again until there is an answer. @throws with what it waited for, after the time (seconds). */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false | undefined>,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== false && answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited ${seconds} s for ${what}${last instanceof Error ? `: ${last.message}` : ''}`);
}
