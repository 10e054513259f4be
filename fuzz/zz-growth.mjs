import { playBatch } from "./batch.mjs";
import { Target } from "./target/target.mjs";
import { setTimeout as sleep } from "node:timers/promises";
process.chdir("/tmp/snaps");
const target = await Target.start(0, process.argv[2]);
const left = new Set();
for (let i = 0; i < 6; i++) {
  const f = await playBatch({ target, seed: "9", first: i * 500, last: i * 500 + 499, counts: new Map(), left });
  if (f.length) console.log(f[0].what);
  await target.settle();
  for (const w of left) w.reset();
  left.clear();
  if (i === 1 || i === 5) {
    await sleep(24_000);
    console.log(i, ((await target.state()).heap / 1e6).toFixed(2));
    process.kill(target.pid, "SIGUSR2");
    await sleep(4000);
  }
}
console.log(target.findings());
await target.end();
process.exit();
