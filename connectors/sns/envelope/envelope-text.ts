import type { Json } from '../../../src/core/event.ts';

/** An envelope as SNS writes it: a member a line, `"Type" : "Notification"`. */
export function envelopeText(
  members: Readonly<Record<string, string | Readonly<Record<string, Json>> | undefined>>,
): string {
  const lines = Object.entries(members).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`  ${JSON.stringify(name)} : ${typeof value === 'string' ? JSON.stringify(value) : nested(value)}`];
  });
  return `{\n${lines.join(',\n')}\n}`;
}

function nested(members: Readonly<Record<string, Json>>): string {
  const lines = Object.entries(members).map(
    ([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n  }`;
}

/** What is signed: the members by name, each on a line of its own after its name. */
export function textToSign(members: Readonly<Record<string, string | undefined>>): string {
  const names = Object.keys(members).filter((name) => members[name] !== undefined);
  return names
    .sort()
    .map((name) => `${name}\n${members[name]}\n`)
    .join('');
}
