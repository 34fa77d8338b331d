/** Something asked of a subject, and who waits for the answer. */
interface Asked<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** How what is asked one by one is asked together. */
export interface Gathering<Subject, Item, Answer> {
  /** Asks all of a group; the answers come in the order of the items. When it fails, it fails for each of them. */
  readonly ask: (subject: Subject, items: readonly Item[]) => Promise<readonly Answer[]>;
  /** What an item counts. */
  readonly weightOf: (item: Item) => number;
  /** A group of several items counts no more than this. */
  readonly maxWeight: number;
}

/** Asks in groups what is asked of one subject in one turn of the event loop, in the order in which it was asked. */
export function gather<Subject, Item, Answer>(
  gathering: Gathering<Subject, Item, Answer>,
): (subject: Subject, item: Item) => Promise<Answer> {
  const waiting = new Map<Subject, Asked<Item, Answer>[]>();
  const askAll = () => {
    const subjects = [...waiting];
    waiting.clear();
    for (const [subject, all] of subjects) {
      for (const group of groupsOf(all, gathering)) void askGroup(subject, group, gathering.ask);
    }
  };
  return (subject, item) => {
    if (waiting.size === 0) setImmediate(askAll);
    return new Promise((resolve, reject) => {
      const asked = { item, resolve, reject };
      const others = waiting.get(subject);
      if (others) others.push(asked);
      else waiting.set(subject, [asked]);
    });
  };
}

function* groupsOf<Item, Answer>(
  all: readonly Asked<Item, Answer>[],
  { weightOf, maxWeight }: Pick<Gathering<unknown, Item, Answer>, 'weightOf' | 'maxWeight'>,
): Generator<readonly Asked<Item, Answer>[]> {
  let [group, weight]: [Asked<Item, Answer>[], number] = [[], 0];
  for (const asked of all) {
    const more = weightOf(asked.item);
    if (group.length > 0 && weight + more > maxWeight) {
      yield group;
      [group, weight] = [[], 0];
    }
    group.push(asked);
    weight += more;
  }
  yield group;
}

async function askGroup<Subject, Item, Answer>(
  subject: Subject,
  group: readonly Asked<Item, Answer>[],
  ask: Gathering<Subject, Item, Answer>['ask'],
): Promise<void> {
  try {
    const answers = await ask(
      subject,
      group.map(({ item }) => item),
    );
    // There are as many as items.
    for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
