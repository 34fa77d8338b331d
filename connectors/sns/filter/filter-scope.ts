/** What a filter policy looks at. */
export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** Whether the text is one. */
export const isScope = (text: string | undefined): text is FilterScope =>
  text === 'MessageAttributes' || text === 'MessageBody';
