import { invalidAttributeValue } from './errors.ts';

/** Checks a policy's form; it is stored as it came. */
export function checkPolicy(text: string): string {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return text;
  } catch {
    // Answered below.
  }
  throw invalidAttributeValue('Policy');
}
