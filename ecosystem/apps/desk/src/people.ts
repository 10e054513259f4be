import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { AgentDeskEvents, AgentEvents, DeskEvents, Person, VisitorEvents } from "./events.js";

export type Visitor = Socket<DeskEvents, VisitorEvents>;
export type Agent = Socket<AgentDeskEvents, AgentEvents>;

/** Logs in by HTTP and answers the cookie of the session. */
export async function login(url: string, person: Person): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

function options(cookie: string | undefined): Partial<ManagerOptions & SocketOptions> {
  return { forceNew: true, extraHeaders: cookie ? { cookie } : {} };
}

export const visitor = (url: string, cookie?: string): Visitor => io(url, options(cookie));

export const agent = (url: string, cookie?: string): Agent => io(`${url}/agents`, options(cookie));
