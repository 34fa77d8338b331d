/** Expressions are few and are sent again and again, with other values. */
const MAX_TEXTS = 500;

/** The same parser, which remembers what it made of the last texts. What it makes must depend on nothing else. */
export function remembered<T>(parse: (text: string, parameter: string) => T): (text: string, parameter: string) => T {
  const known = new Map<string, T>();
  return (text, parameter) => {
    const key = `${parameter}\n${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const parsed = parse(text, parameter);
    const [oldest] = known.keys();
    if (known.size >= MAX_TEXTS && oldest !== undefined) known.delete(oldest);
    known.set(key, parsed);
    return parsed;
  };
}
