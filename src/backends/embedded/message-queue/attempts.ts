import type { StoredMessage } from './message.ts';

/** What one receive attempt took. */
interface Attempt {
  readonly untilMs: number;
  readonly taken: readonly { readonly message: StoredMessage; readonly receipt: string }[];
}

/**
 * Receive attempts of a FIFO queue by the caller's id: a client that lost the answer asks again and gets the same messages
 * under the same handles. They are kept in memory only; after a restart the visibility timeout brings the messages back.
 */
export class ReceiveAttempts {
  readonly #byId = new Map<string, Attempt>();

  /** The messages of that attempt when all are still as it took them. */
  find(id: string, nowMs: number): readonly StoredMessage[] | undefined {
    for (const [known, { untilMs }] of this.#byId) {
      if (untilMs > nowMs) break;
      this.#byId.delete(known);
    }
    const attempt = this.#byId.get(id);
    const untouched = attempt?.taken.every(({ message, receipt }) => {
      return message.state === 'in-flight' && message.receipt === receipt;
    });
    return untouched ? attempt?.taken.map(({ message }) => message) : undefined;
  }

  add(id: string, messages: readonly StoredMessage[], untilMs: number): void {
    this.#byId.delete(id);
    this.#byId.set(id, { untilMs, taken: messages.map((message) => ({ message, receipt: message.receipt })) });
  }

  /** A changed visibility ends the attempts that took the message. */
  forget(message: StoredMessage): void {
    for (const [id, { taken }] of this.#byId) {
      if (taken.some((entry) => entry.message === message)) this.#byId.delete(id);
    }
  }

  clear(): void {
    this.#byId.clear();
  }
}
