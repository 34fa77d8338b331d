/** AWS's sequence numbers have 20 digits and are not consecutive. */
const FIRST = 18_849_496_460_467_696_128n;
const STEP = 256n;

/** The sequence number of a FIFO queue's message, as clients see it, from its place in the order of all messages. */
export const sequenceNumberOf = (sequence: number): string => String(FIRST + BigInt(sequence) * STEP);
