import { Server } from "socket.io";
import { io as connect, type Socket } from "socket.io-client";

interface FromServer {
  ask: (question: string, reply: (answer: number, sure: boolean) => void) => void;
  confirm: (reply: (err: Error, ok: boolean) => void) => void;
  news: (text: string) => void;
  tick: () => void;
}
interface FromClient {
  save: (item: { id: number }, done: (saved: { at: string }) => void) => void;
  maybe: (reply: (error: Error | null, value?: string) => void) => void;
  log: (line: string) => void;
}

const io = new Server<FromClient, FromServer>();

io.on("connection", async (socket) => {
  socket.emit("ask", "why?", (answer, sure) => [answer.toFixed(), sure === true]);
  socket.timeout(500).emit("ask", "why?", (error, answer) => {
    console.log(error?.message, answer.toFixed());
  });
  socket.timeout(500).emit("confirm", (err, ok) => [err.message, ok === true]);

  const answer: number = await socket.emitWithAck("ask", "why?");
  const timed: number = await socket.timeout(10).emitWithAck("ask", "why?");
  const ok: boolean = await socket.timeout(10).emitWithAck("confirm");
  console.log(answer, timed, ok);

  socket.on("save", (item, done) => done({ at: String(item.id) }));
  // @ts-expect-error the answer has another type
  const wrong: string = await socket.emitWithAck("ask", "why?");
  // @ts-expect-error the question is missing
  socket.emitWithAck("ask");
  // @ts-expect-error nobody answers news
  socket.emitWithAck("news", "x");
  // @ts-expect-error the callback is missing
  socket.emit("ask", "why?");
});

async function everybody(): Promise<void> {
  const answers: number[] = await io.timeout(100).emitWithAck("ask", "why?");
  const some: number[] = await io.to("a").except("b").timeout(100).emitWithAck("ask", "why?");
  const oks: boolean[] = await io.of("/").timeout(100).emitWithAck("confirm");
  io.timeout(100).emit("ask", "why?", (err, all) => [err?.message, all.map((n) => n.toFixed())]);
  io.to("x").timeout(1).emit("news", "y");
  io.emit("tick");
  io.emit("news", "x");
  console.log(answers, some, oks);
  // @ts-expect-error the answer of everybody is a list
  const wrong: number = await io.timeout(100).emitWithAck("ask", "why?");
}
everybody();

const socket: Socket<FromServer, FromClient> = connect({ ackTimeout: 1000, retries: 3 });
socket.on("ask", (question, reply) => reply(question.length, true));
socket.emit("save", { id: 1 }, ({ at }) => at.trim());
socket.timeout(5).emit("save", { id: 1 }, (err, { at }) => [err?.message, at.trim()]);
async function save(): Promise<string> {
  try {
    const { at } = await socket.timeout(10).emitWithAck("save", { id: 1 });
    const saved = await socket.emitWithAck("save", { id: 1 });
    return at + saved.at;
  } catch (error) {
    return (error as Error).message;
  }
}
save();
socket.volatile.timeout(1).emit("log", "x");
// @ts-expect-error nobody answers log
socket.emitWithAck("log", "x");
// @ts-expect-error id is a number
socket.emitWithAck("save", { id: "1" });
