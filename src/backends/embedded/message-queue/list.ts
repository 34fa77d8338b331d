/** What can stand in a {@link LinkedList}, in one at a time. */
export interface Linked<Node> {
  previous: Node | undefined;
  next: Node | undefined;
  list: LinkedList<Node> | undefined;
}

/** A list whose nodes carry the links, so that one leaves from the middle without a search. */
export class LinkedList<Node> {
  #first: Linked<Node> | undefined;
  #last: Linked<Node> | undefined;
  #size = 0;

  get first(): Node | undefined {
    return this.#first as Node | undefined;
  }

  get last(): Node | undefined {
    return this.#last as Node | undefined;
  }

  get size(): number {
    return this.#size;
  }

  push(node: Node & Linked<Node>): void {
    node.previous = this.#last as Node | undefined;
    node.next = undefined;
    if (this.#last) this.#last.next = node;
    else this.#first = node;
    this.#last = node;
    this.#joined(node);
  }

  /** Puts the node before the one given, which is in the list; at the end without one. */
  insert(node: Node & Linked<Node>, before: (Node & Linked<Node>) | undefined): void {
    if (before === undefined) {
      this.push(node);
      return;
    }
    const previous = before.previous as Linked<Node> | undefined;
    node.next = before;
    node.previous = before.previous;
    before.previous = node;
    if (previous) previous.next = node;
    else this.#first = node;
    this.#joined(node);
  }

  remove(node: Node & Linked<Node>): void {
    const previous = node.previous as Linked<Node> | undefined;
    const next = node.next as Linked<Node> | undefined;
    if (previous) previous.next = node.next;
    else this.#first = next;
    if (next) next.previous = node.previous;
    else this.#last = previous;
    node.previous = undefined;
    node.next = undefined;
    node.list = undefined;
    this.#size--;
  }

  #joined(node: Linked<Node>): void {
    node.list = this;
    this.#size++;
  }
}
