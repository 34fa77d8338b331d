/** How due instants are shown. */
interface Shown {
  readonly zone: string;
  /** Said instead of a table without rows. */
  readonly ifNone: string;
}

/** One JSON object a line. */
export function printJson(instants: readonly number[], { zone }: Shown): void {
  const local = localText(zone);
  for (const atMs of instants) console.log(JSON.stringify({ utc: utcText(atMs), [zone]: local(atMs) }));
}

/** A column in UTC, and one of the time zone where it is another. */
export function printTable(instants: readonly number[], { zone, ifNone }: Shown): void {
  if (instants.length === 0) console.log(ifNone);
  else printRows(instants, zone);
}

function printRows(instants: readonly number[], zone: string): void {
  const local = localText(zone);
  const width = utcText(instants.at(-1) ?? 0).length + 2;
  const row = (utc: string, there: string) => (zone === 'UTC' ? utc : `${utc.padEnd(width)}${there}`);
  console.log(row('UTC', zone));
  for (const atMs of instants) console.log(row(utcText(atMs), local(atMs)));
}

/** `2026-03-30T07:00:00Z` */
export const utcText = (instantMs: number): string => new Date(instantMs).toISOString().replace('.000Z', 'Z');

/** The time there, with its weekday and what clocks are ahead of UTC: `Mon 2026-03-30 09:00:00 +02:00`. */
function localText(zone: string): (instantMs: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short', timeZoneName: 'longOffset' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  return (instantMs) => {
    const part = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
    const offset = part['timeZoneName']?.replace('GMT', '') || '+00:00';
    const date = `${part['year']}-${part['month']}-${part['day']}`;
    return `${part['weekday']} ${date} ${part['hour']}:${part['minute']}:${part['second']} ${offset}`;
  };
}
