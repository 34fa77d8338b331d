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

  unshift(node: Node & Linked<Node>): void {
    node.next = this.#first as Node | undefined;
    node.previous = undefined;
    if (this.#first) this.#first.previous = node;
    else this.#last = node;
    this.#first = node;
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
