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

/** The same in lines by name: work of one name runs one after another, that of several beside each other. */
export function oneAtATimeByName(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const lines = new Map<string, { readonly next: OneAtATime; waiting: number }>();
  return async (name, work) => {
    const line = lines.get(name) ?? { next: oneAtATime(), waiting: 0 };
    lines.set(name, line);
    line.waiting += 1;
    try {
      return await line.next(work);
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) lines.delete(name);
    }
  };
}
