// What both peers share: requests and answers, and where their libraries are.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The libraries are installed for p3.
export const load = createRequire(
  new URL("../p3/package.json", import.meta.url),
);

// serve answers each line with what read gives: facts, and the time until the columns were there.
export async function serve(version, read) {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const { columns, facts } = await read(JSON.parse(line));
      const begun = performance.now();
      const held = await columns();
      const ms = performance.now() - begun;
      answer = { version, ms, ...(await facts(held)) };
    } catch (error) {
      answer = { error: String(error) };
    }
    answer.peak = process.resourceUsage().maxRSS;
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
