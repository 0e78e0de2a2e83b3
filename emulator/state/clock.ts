/** The time the registry lives in: the machine's, until it is set or moved. */
export interface Clock {
  now(): Date;
  advance(seconds: number): void;
  set(time: Date): void;
}

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    advance: (seconds) => {
      offset += seconds * 1_000;
    },
    set: (time) => {
      offset = time.getTime() - Date.now();
    },
  };
}
