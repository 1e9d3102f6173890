/** A sleep that can be cut short. A ring while nobody sleeps cuts the next sleep short, so that no news waits. */
export interface Alarm {
  ring(): void;
  sleep(seconds: number): Promise<void>;
}

export function startAlarm(): Alarm {
  let wake: (() => void) | null = null;
  let isRung = false;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async sleep(seconds) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, seconds * 1000);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = null;
      isRung = false;
    },
  };
}
