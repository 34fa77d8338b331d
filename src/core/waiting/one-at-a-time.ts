/** Runs pieces of work one after another, in the order in which they are given; one that fails does not stop the next. */
export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/** A line of its own; the work of others runs beside it. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
