// The protocol of peer.go for an engine with load(request) and run(request), and
// prepare(request) for what may be done before the clock counts.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

function memory() {
  const status = readFileSync("/proc/self/status", "utf8");
  const of = (name) =>
    Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))[1]);
  return { rss: of("VmRSS"), peak: of("VmHWM") };
}

export async function serve(engine) {
  for await (const line of createInterface({
    input: process.stdin,
    crlfDelay: Infinity,
  })) {
    const request = JSON.parse(line);
    let [begunCPU, begun, answer] = [0, 0];
    try {
      await engine.prepare?.(request);
      [begunCPU, begun] = [cpu(), performance.now()];
      answer = await engine[request.do](request);
    } catch (e) {
      answer = { error: String(e.stack ?? e) };
    }
    Object.assign(
      answer,
      { ms: performance.now() - begun, cpu: cpu() - begunCPU },
      memory(),
    );
    if (!request.answers) delete answer.answers;
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

// kindsOf adds up milliseconds by the kind of formula.
export class Clock {
  kinds = {};
  add(kind, ms) {
    this.kinds[kind] = (this.kinds[kind] ?? 0) + ms;
  }
}

// klips puts the formulas of one Klip together.
export function klips(formulas) {
  const out = [];
  formulas.forEach((f, at) => (out[f.klip] ??= []).push({ ...f, at }));
  return out;
}

// day writes a Unix time as the day it begins.
export const day = (unix) => new Date(unix * 1000).toISOString().slice(0, 10);
