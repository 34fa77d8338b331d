/** The circles among files that import each other, each by the names of its files in order. */
export function importCircles(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  // Tarjan: a file from which nothing leads back to one that was met before closes the circle of all met since.
  const metAt = new Map<string, number>();
  const open: string[] = [];
  const circles: (readonly string[])[] = [];
  const visit = (file: string): number => {
    const met = metAt.size;
    metAt.set(file, met);
    open.push(file);
    let earliest = met;
    for (const imported of imports.get(file) ?? []) {
      if (!metAt.has(imported)) earliest = Math.min(earliest, visit(imported));
      else if (open.includes(imported)) earliest = Math.min(earliest, metAt.get(imported) ?? met);
    }
    if (earliest === met) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return earliest;
  };
  for (const file of imports.keys()) if (!metAt.has(file)) visit(file);
  return circles;
}
