/** What `require("@hawser/client")` answers: the function, with the rest on it. */
import { type Io, io, Manager, Socket } from "./index.ts";

export interface IoWithClasses extends Io {
  io: Io;
  connect: Io;
  Manager: typeof Manager;
  Socket: typeof Socket;
}

const value: IoWithClasses = Object.assign(io, { io, connect: io, Manager, Socket });
export default value;
